import { Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconAlertTriangleFilled, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useCameraStatuses, useConnection, useNow, useTimeZone } from '../api/context.tsx';
import { camerasQuery, storageQuery } from '../api/queries.ts';
import { systemQuery } from '../api/system-queries.ts';
import { formatDuration } from '../time/format.ts';
import styles from './overview.module.css';
import { type Problem, problemsOf } from './problems.ts';

/** The answer to "is it fine?", and what is not. */
export function Verdict() {
  const cameras = useQuery(camerasQuery);
  const storage = useQuery(storageQuery);
  const system = useQuery(systemQuery);
  const statuses = useCameraStatuses();
  const connection = useConnection();
  const nowMs = useNow(10_000);
  const timeZone = useTimeZone();
  if (connection.state === 'lost') {
    return (
      <Headline
        kind="unknown"
        title="Not known: the recorder does not answer"
        detail={`for ${formatDuration(Date.now() - connection.sinceMs)}. What is shown below is from before.`}
      />
    );
  }
  const unread = [cameras, storage, system].find(({ isError, data }) => isError && data === undefined);
  if (!unread && [cameras, storage, system].some(({ data }) => data === undefined)) {
    return (
      <div className={styles.verdict} role="status" aria-label="Loading" aria-busy="true">
        <div className={styles.headline}>
          <Skeleton h={20} w={240} />
        </div>
      </div>
    );
  }
  const problems = problemsOf({
    cameras: cameras.data ?? [],
    statuses,
    storage: storage.data,
    system: system.data,
    nowMs,
    timeZone,
  });
  if (problems.length > 0) return <Problems problems={problems} />;
  if (unread) return <Headline kind="unknown" title="Not all is known" detail={unread.error?.message ?? ''} />;
  if (cameras.data?.length === 0) {
    return <Headline kind="fine" title="Ready" detail="The recorder runs; there is no camera yet." />;
  }
  return <Headline kind="fine" title="Everything is fine" detail={fineDetail(system.data?.startedAt, nowMs)} />;
}

const fineDetail = (startedAt: number | undefined, nowMs: number): string =>
  `All that should be recorded is.${startedAt === undefined ? '' : ` The recorder runs for ${formatDuration(nowMs - startedAt)}.`}`;

interface HeadlineProps {
  kind: 'fine' | 'unknown' | 'stopped' | 'notice';
  title: string;
  detail: string;
}

function Headline({ kind, title, detail }: HeadlineProps) {
  return (
    <div className={styles.verdict} role="status" data-testid="verdict" data-kind={kind}>
      <HeadlineText kind={kind} title={title} detail={detail} />
    </div>
  );
}

const icons = {
  fine: IconCircleCheck,
  unknown: IconAlertTriangle,
  notice: IconAlertTriangle,
  stopped: IconAlertTriangleFilled,
};

function HeadlineText({ kind, title, detail }: HeadlineProps) {
  const Icon = icons[kind];
  return (
    <div className={styles.headline}>
      <Icon size={24} stroke={1.6} aria-hidden="true" color={kind === 'stopped' ? 'var(--nj-red)' : 'currentColor'} />
      <div className={styles.headlineText}>
        <strong>{title}</strong>
        <span className="tabular">{detail}</span>
      </div>
    </div>
  );
}

function Problems({ problems }: { problems: Problem[] }) {
  const stopped = problems.filter(({ kind }) => kind === 'stopped').length;
  const title = problems.length === 1 ? 'One thing needs attention' : `${problems.length} things need attention`;
  return (
    <div className={styles.verdict} role="status" data-testid="verdict" data-kind={stopped > 0 ? 'stopped' : 'notice'}>
      <HeadlineText
        kind={stopped > 0 ? 'stopped' : 'notice'}
        title={title}
        detail={stopped > 0 ? 'Not all that should be recorded is.' : 'All that should be recorded is.'}
      />
      <ul className={styles.problems}>
        {problems.map((problem) => (
          <ProblemLine key={problem.id} problem={problem} />
        ))}
      </ul>
    </div>
  );
}

function ProblemLine({ problem: { kind, title, detail, href, place } }: { problem: Problem }) {
  const Icon = kind === 'stopped' ? IconAlertTriangleFilled : IconAlertTriangle;
  return (
    <li className={styles.problem} data-kind={kind}>
      <Icon size={16} aria-hidden="true" />
      <strong>{title}</strong>
      <span className="tabular">{detail}</span>
      <Link href={href} aria-label={`${place}, about: ${title}`}>
        {place}
      </Link>
    </li>
  );
}
