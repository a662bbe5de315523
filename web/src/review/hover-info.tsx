import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { snapshotUrl } from '../api/media-urls.ts';
import { causeText, formatLost } from '../cameras/coverage.ts';
import { formatClock } from '../time/format.ts';
import styles from './timeline.module.css';
import type { TimelineRow } from './timeline.tsx';
import { rangeAt } from './view.ts';

/** A picture is asked for when the pointer has rested this long. */
const restMs = 180;

interface HoverInfoProps {
  x: number;
  width: number;
  atMs: number;
  row: TimelineRow | undefined;
  showName: boolean;
  timeZone: string;
  nowMs: number;
}

/** Picture and exact time under the pointer; over a gap its cause and length. */
export function HoverInfo({ x, width, atMs, row, showName, timeZone, nowMs }: HoverInfoProps) {
  const gap = row?.timeline && rangeAt(row.timeline.gaps, atMs);
  const recorded = row?.timeline && rangeAt(row.timeline.spans, atMs);
  return (
    <>
      <div className={styles.pointer} style={{ left: x }} />
      <div
        className={styles.info}
        data-testid="timeline-hover"
        style={{ left: Math.min(Math.max(x, 102), Math.max(102, width - 102)) }}
      >
        {row && recorded && <Preview cameraId={row.cameraId} atMs={atMs} />}
        <strong className="tabular">{formatClock(atMs, timeZone)}</strong>
        {showName && row && <span>{row.name}</span>}
        {gap && (
          <span>
            {causeText[gap.cause]}, {formatLost(gap.to - gap.from)}
          </span>
        )}
        {!gap && !recorded && row?.timeline && <span>{atMs > nowMs ? 'Not yet' : 'No footage'}</span>}
      </div>
    </>
  );
}

/** The last picture stays until the next is there, so nothing flickers while the pointer moves. */
function Preview({ cameraId, atMs }: { cameraId: string; atMs: number }) {
  const [wanted] = useDebouncedValue(snapshotUrl(cameraId, Math.floor(atMs / 1_000) * 1_000), restMs, {
    leading: false,
  });
  const [failed, setFailed] = useState<string | null>(null);
  return (
    <span className={styles.preview}>
      {wanted !== failed && <img src={wanted} alt="" onError={() => setFailed(wanted)} />}
    </span>
  );
}
