import { Button, Skeleton } from '@mantine/core';
import { IconArchive, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { camerasQuery } from '../api/queries.ts';
import { archivesQuery } from '../api/system-queries.ts';
import { Message } from '../ui/message.tsx';
import { ArchiveDialog } from './archive-dialog.tsx';
import { ArchiveLine } from './archive-line.tsx';
import styles from './archives.module.css';
import { Loaded, Section } from './section.tsx';

/** Files made of whole days: those being made, those to be fetched, and those that failed. */
export function ArchivesSection() {
  const query = useQuery(archivesQuery);
  const { data: cameras = [] } = useQuery(camerasQuery);
  const [adding, setAdding] = useState(false);
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;
  const add = (
    <Button
      size="xs"
      leftSection={<IconPlus size={16} />}
      disabled={cameras.length === 0}
      onClick={() => setAdding(true)}
      data-testid="add-archive"
    >
      Archive a day
    </Button>
  );
  return (
    <Section title="Archives" query={query} tools={add} testId="archives">
      <Loaded query={query} failed="The archives could not be read" skeleton={<Skeleton h={240} />}>
        {(jobs) =>
          jobs.length === 0 ? (
            <Message icon={<IconArchive size={26} />} title="No archives yet">
              An archive is a day or an hour of a camera as one file, made without encoding again. Switch it on in a
              camera’s settings, or archive a single day here.
            </Message>
          ) : (
            <ul className={styles.list}>
              {jobs.map((job) => (
                <ArchiveLine key={job.id} job={job} name={nameOf(job.cameraId)} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <ArchiveDialog cameras={cameras} opened={adding} onClose={() => setAdding(false)} />
    </Section>
  );
}
