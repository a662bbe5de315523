import { Button, Progress, Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ArchiveJob, CameraDto } from '@nightjar/contract';
import {
  IconAlertTriangleFilled,
  IconArchive,
  IconCheck,
  IconClock,
  IconDownload,
  IconLoader2,
  IconPlus,
  IconRefresh,
} from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTimeZone } from '../api/context.tsx';
import { archiveFileUrl } from '../api/media-urls.ts';
import { createArchive } from '../api/mutations.ts';
import { camerasQuery } from '../api/queries.ts';
import { archivesQuery } from '../api/system-queries.ts';
import { formatBytes, formatDate } from '../time/format.ts';
import { Message } from '../ui/message.tsx';
import { ArchiveDialog } from './archive-dialog.tsx';
import { archiveSpan, archiveWords } from './archive-words.ts';
import styles from './archives.module.css';
import { Loaded, Section } from './section.tsx';

/** Files made of whole days: those being made, those to be fetched, and those that failed. */
export function ArchivesSection() {
  const query = useQuery(archivesQuery);
  const { data: cameras = [] } = useQuery(camerasQuery);
  const [adding, setAdding] = useState(false);
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
            <Jobs jobs={jobs} cameras={cameras} />
          )
        }
      </Loaded>
      <ArchiveDialog cameras={cameras} opened={adding} onClose={() => setAdding(false)} />
    </Section>
  );
}

function Jobs({ jobs, cameras }: { jobs: ArchiveJob[]; cameras: CameraDto[] }) {
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;
  return (
    <ul className={styles.list}>
      {jobs.map((job) => (
        <JobLine key={job.id} job={job} name={nameOf(job.cameraId)} />
      ))}
    </ul>
  );
}

function JobLine({ job, name }: { job: ArchiveJob; name: string }) {
  const timeZone = useTimeZone();
  const queries = useQueryClient();
  const again = useMutation({
    mutationFn: () => createArchive({ cameraId: job.cameraId, date: job.date, hour: job.hour, format: job.format }),
    onSuccess: () => queries.invalidateQueries({ queryKey: archivesQuery.queryKey }),
    onError: (error) => notifications.show({ color: 'red', title: 'It was not tried again', message: error.message }),
  });
  const sizeBytes = job.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return (
    <li className={styles.line} data-testid={`archive-${job.id}`} data-state={job.state}>
      <span className={styles.what}>
        <strong>{name}</strong>
        <span className="tabular">
          {formatDate(job.from, timeZone, 'with-year')}
          {archiveSpan(job, timeZone)}
        </span>
      </span>
      <JobState job={job} />
      <span className={`tabular ${styles.size}`}>{job.files.length > 0 && formatBytes(sizeBytes)}</span>
      <div className={styles.actions}>
        {job.state === 'done' && job.files.map((file, index) => <Download key={file.path} job={job} index={index} />)}
        {job.state === 'failed' && (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconRefresh size={15} />}
            loading={again.isPending}
            onClick={() => again.mutate()}
            data-testid={`archive-again-${job.id}`}
          >
            Try again
          </Button>
        )}
      </div>
    </li>
  );
}

function Download({ job, index }: { job: ArchiveJob; index: number }) {
  const several = job.files.length > 1;
  return (
    <Button
      component="a"
      href={archiveFileUrl(job.id, index)}
      download
      variant="default"
      size="compact-sm"
      leftSection={<IconDownload size={15} />}
      aria-label={`Download ${job.format}${several ? `, part ${index + 1} of ${job.files.length}` : ''}`}
    >
      {several ? `Part ${index + 1}` : `Download ${job.format}`}
    </Button>
  );
}

const icons = { queued: IconClock, running: IconLoader2, done: IconCheck, failed: IconAlertTriangleFilled };

function JobState({ job }: { job: ArchiveJob }) {
  const Icon = icons[job.state];
  const { word, detail } = archiveWords(job);
  return (
    <div className={styles.stateOf}>
      <span className={styles.state} data-state={job.state}>
        <Icon size={15} aria-hidden="true" />
        {word}
      </span>
      {job.state === 'running' && (
        <div className={`tabular ${styles.progress}`}>
          <Progress value={job.progress * 100} aria-label="Progress" color="amber" size="sm" />
          <span>{Math.floor(job.progress * 100)} %</span>
        </div>
      )}
      {detail && <div className={styles.detail}>{detail}</div>}
    </div>
  );
}
