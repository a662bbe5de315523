import { Button, Skeleton, Stack } from '@mantine/core';
import { IconDownload, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { camerasQuery } from '../api/queries.ts';
import { exportsQuery } from '../api/review-queries.ts';
import { RecorderPage } from '../cameras/recorder-page.tsx';
import { FailedMessage, Message } from '../ui/message.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { ExportLine } from './export-line.tsx';
import styles from './exports.module.css';

const none: never[] = [];

/** Files made of footage, newest first: those being made, those to be fetched, and those that failed. */
export default function ExportsPage() {
  const { data: jobs, error, refetch } = useQuery(exportsQuery);
  const { data: cameras = none } = useQuery(camerasQuery);
  const [asking, setAsking] = useState(false);
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;
  const ask = (
    <Button
      size="xs"
      leftSection={<IconPlus size={16} />}
      disabled={cameras.length === 0}
      onClick={() => setAsking(true)}
      data-testid="new-export"
    >
      New export
    </Button>
  );
  return (
    <RecorderPage title={<h1>Exports</h1>} tools={ask}>
      {jobs ? (
        jobs.length === 0 ? (
          <Message icon={<IconDownload size={26} />} title="No exports yet">
            An export is footage as a file that plays anywhere. Select a range on the timeline of{' '}
            <Link href="/review">Review</Link>, or choose whole days here with “New export”.
          </Message>
        ) : (
          <ul className={styles.list} aria-label="Exports, newest first">
            {jobs.map((job) => (
              <ExportLine key={job.id} job={job} nameOf={nameOf} />
            ))}
          </ul>
        )
      ) : error ? (
        <FailedMessage title="The exports could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <Stack gap="xs" role="status" aria-label="Reading the exports">
          {[0, 1, 2].map((key) => (
            <Skeleton key={key} h={76} />
          ))}
        </Stack>
      )}
      <ExportDialog
        opened={asking}
        onClose={() => setAsking(false)}
        cameras={cameras}
        selectedIds={none}
        range={null}
      />
    </RecorderPage>
  );
}
