import { RingProgress, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { exportsQuery } from '../api/review-queries.ts';
import styles from './indicator.module.css';

/** Top right of every page while exports are being made: how far, how many; leads to them. */
export function ExportsIndicator() {
  const { data: jobs = [] } = useQuery(exportsQuery);
  const unfinished = jobs.filter(({ state }) => state === 'queued' || state === 'running');
  if (unfinished.length === 0) return null;
  const progress = unfinished.find(({ state }) => state === 'running')?.progress ?? 0;
  const count = `${unfinished.length} ${unfinished.length === 1 ? 'export' : 'exports'}`;
  const label = `${count} being made, ${Math.floor(progress * 100)} % of the present one`;
  return (
    <Tooltip label={label}>
      <Link href="/exports" className={styles.indicator} aria-label={label} data-testid="exports-in-progress">
        <RingProgress
          size={26}
          thickness={3}
          rootColor="var(--nj-line)"
          sections={[{ value: progress * 100, color: 'var(--nj-amber)' }]}
          label={<span className={`tabular ${styles.count}`}>{unfinished.length}</span>}
        />
      </Link>
    </Tooltip>
  );
}
