import { Skeleton, Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNow } from '../api/context.tsx';
import { timelineQuery } from '../api/queries.ts';
import { coverageOf, coverageShare, coverageText, isWanted } from './coverage.ts';
import styles from './coverage-bar.module.css';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The last 24 hours of a camera as a thin bar, with the share that is recorded. */
export function CoverageBar({ cameraId }: { cameraId: string }) {
  const nowMs = useNow(minuteMs);
  const to = Math.ceil(nowMs / minuteMs) * minuteMs;
  const from = to - dayMs;
  const { data, isError } = useQuery(timelineQuery(cameraId, from, to, minuteMs));
  if (isError) {
    return (
      <Text size="xs" c="dimmed">
        Coverage unknown
      </Text>
    );
  }
  if (!data) return <Skeleton h={22} />;
  const coverage = coverageOf(data);
  const label = `Last 24 hours: ${coverageText(coverage)}`;
  const left = (at: number) => `${((at - from) / dayMs) * 100}%`;
  const width = (range: { from: number; to: number }) => `${((range.to - range.from) / dayMs) * 100}%`;
  return (
    <Tooltip label={label}>
      <div className={styles.coverage}>
        <div className={styles.bar} role="img" aria-label={label}>
          {data.gaps.map((gap) => (
            <i
              key={gap.from}
              className={styles.gap}
              data-wanted={isWanted(gap.cause)}
              style={{ left: left(gap.from), width: width(gap) }}
            />
          ))}
          {data.spans.map((span) => (
            <i key={span.from} className={styles.span} style={{ left: left(span.from), width: width(span) }} />
          ))}
        </div>
        <span className={`tabular ${styles.share}`}>{coverageShare(coverage)}</span>
      </div>
    </Tooltip>
  );
}
