import { ActionIcon, Button, Progress } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ArchiveJob } from '@nightjar/contract';
import {
  IconAlertTriangleFilled,
  IconCheck,
  IconClock,
  IconDownload,
  IconLoader2,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTimeZone } from '../api/context.tsx';
import { archiveFileUrl } from '../api/media-urls.ts';
import { createArchive } from '../api/mutations.ts';
import { archivesQuery } from '../api/system-queries.ts';
import { formatBytes, formatDate } from '../time/format.ts';
import { archiveSpan, archiveWords } from './archive-words.ts';
import styles from './archives.module.css';
import { RemoveArchiveDialog } from './remove-archive-dialog.tsx';

interface ArchiveLineProps {
  job: ArchiveJob;
  /** Of its camera. */
  name: string;
}

/** A file that was made, is being made or could not be, and what can be done with it. */
export function ArchiveLine({ job, name }: ArchiveLineProps) {
  const timeZone = useTimeZone();
  const queries = useQueryClient();
  const [removing, setRemoving] = useState(false);
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
        <ActionIcon
          variant="default"
          size={26}
          aria-label={`Remove this archive of ${name}`}
          onClick={() => setRemoving(true)}
          data-testid={`archive-remove-${job.id}`}
        >
          <IconTrash size={15} />
        </ActionIcon>
      </div>
      <RemoveArchiveDialog job={job} name={name} opened={removing} onClose={() => setRemoving(false)} />
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
