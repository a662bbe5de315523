import { Progress } from '@mantine/core';
import type { ExportJob } from '@nightjar/contract';
import { IconAlertTriangleFilled, IconBan, IconCheck, IconClock, IconLoader2, IconPin } from '@tabler/icons-react';
import { useTimeZone } from '../api/context.tsx';
import { formatBytes, formatDate, formatDuration } from '../time/format.ts';
import { ExportActions } from './export-actions.tsx';
import { camerasText, leftOutText, progressText, rangeText, settingsText, stateWord } from './export-words.ts';
import styles from './exports.module.css';

interface ExportLineProps {
  job: ExportJob;
  /** Of a camera. */
  nameOf(id: string): string;
}

/** What was asked for, what became of it, and what can be done with it. */
export function ExportLine({ job, nameOf }: ExportLineProps) {
  const timeZone = useTimeZone();
  const name = job.title || camerasText(job.cameraIds, nameOf);
  return (
    <li className={styles.line} data-testid={`export-${job.id}`} data-state={job.state}>
      <div className={styles.what}>
        <strong>{name}</strong>
        {job.title && <span>{camerasText(job.cameraIds, nameOf)}</span>}
        <span className="tabular">{rangeText(job, timeZone)}</span>
        <span>
          {settingsText(job.settings)}
          {job.madeBy && ` · ${job.madeBy}`}
        </span>
      </div>
      <State job={job} />
      <div className={`tabular ${styles.size}`}>
        {job.files.length > 0 && (
          <>
            <strong>{formatBytes(job.sizeBytes)}</strong>
            <span>{formatDuration(job.files.reduce((sum, file) => sum + file.durationMs, 0))}</span>
          </>
        )}
        <Stay job={job} timeZone={timeZone} />
      </div>
      <ExportActions job={job} name={name} nameOf={nameOf} />
    </li>
  );
}

const icons = {
  queued: IconClock,
  running: IconLoader2,
  done: IconCheck,
  failed: IconAlertTriangleFilled,
  cancelled: IconBan,
};

function State({ job }: { job: ExportJob }) {
  const Icon = icons[job.state];
  const leftOut = leftOutText(job);
  return (
    <div className={styles.stateOf}>
      <span className={styles.state} data-state={job.state}>
        <Icon size={15} aria-hidden="true" className={styles.icon} />
        {stateWord(job)}
      </span>
      {job.state === 'running' && (
        <div className={`tabular ${styles.progress}`}>
          <Progress value={job.progress * 100} aria-label="Progress" color="amber" size="sm" />
          <span>{progressText(job)}</span>
        </div>
      )}
      {leftOut && <div className={styles.detail}>{leftOut}</div>}
      {job.message && <div className={styles.detail}>{job.message}</div>}
    </div>
  );
}

/** How long it stays. */
function Stay({ job: { keep, expiresAt }, timeZone }: { job: ExportJob; timeZone: string }) {
  if (keep) {
    return (
      <span className={styles.kept}>
        <IconPin size={13} aria-hidden="true" /> Kept
      </span>
    );
  }
  return expiresAt === null ? null : <span>until {formatDate(expiresAt, timeZone)}</span>;
}
