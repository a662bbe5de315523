import styles from './sparkline.module.css';
import { areaPath, barsPath, linePath, type Points, type Scale } from './sparkline-path.ts';

interface SparklineProps {
  points: Points;
  scale: Scale;
  /** `bars` for what is counted in each step. */
  kind?: 'line' | 'bars';
  /** Pixels; as wide as its place. */
  height: number;
  /** What it shows, in words: the picture's text for those who do not see it. null where that is said beside it. */
  label: string | null;
}

/** Values over time without axes: how they went, not what they were. Holes are where nothing was measured. */
export function Sparkline({ points, scale, kind = 'line', height, label }: SparklineProps) {
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 0 ${Math.max(1, points.length)} ${height}`}
      preserveAspectRatio="none"
      style={{ height }}
      role="img"
      aria-label={label ?? ''}
      aria-hidden={label === null}
    >
      {kind === 'bars' ? (
        <path className={styles.bars} d={barsPath(points, scale, height)} />
      ) : (
        <>
          <path className={styles.area} d={areaPath(points, scale, height)} />
          <path className={styles.line} d={linePath(points, scale, height)} />
        </>
      )}
    </svg>
  );
}
