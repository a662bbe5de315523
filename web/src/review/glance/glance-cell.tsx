import { useIntersection } from '@mantine/hooks';
import { IconCalendarOff, IconPlayerPause, IconTrash, IconVideoOff, IconZoomIn } from '@tabler/icons-react';
import { type PointerEvent, useState } from 'react';
import { causeText, isWanted } from '../../cameras/coverage.ts';
import { formatClock, formatDuration, formatShare } from '../../time/format.ts';
import { ScrubPicture, SheetPicture } from '../pictures/moment-picture.tsx';
import type { GlanceCell } from './cells.ts';
import styles from './glance.module.css';

interface CellProps {
  index: number;
  cameraId: string;
  cell: GlanceCell;
  loading: boolean;
  /** It has not come yet. */
  ahead: boolean;
  width: number;
  timeZone: string;
  current: boolean;
  focusable: boolean;
  onFocus(): void;
  onPlay(atMs: number): void;
  onZoom: ((atMs: number) => void) | undefined;
}

/** The pointer's way over a cell shows so many moments of it. */
const scrubSteps = 24;

/** A picture of a span with its time; moving over it goes through the span. */
export function Cell({
  index,
  cell,
  loading,
  ahead,
  timeZone,
  current,
  focusable,
  onFocus,
  onPlay,
  onZoom,
  ...rest
}: CellProps) {
  const { from, content } = cell;
  const [scrubbed, setScrubbed] = useState<number | null>(null);
  const time = formatClock(from, timeZone, 'minute');
  const playsAt = content.kind === 'recorded' ? (scrubbed ?? content.atMs) : null;
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the button in it has the focus
    <div role="gridcell" className={styles.cell} data-current={current}>
      <button
        type="button"
        className={styles.shown}
        data-cell={index}
        data-testid="glance-cell"
        data-kind={loading ? 'loading' : content.kind}
        tabIndex={focusable ? 0 : -1}
        aria-disabled={playsAt === null}
        aria-label={`${time}, ${wordsOf(cell, loading, ahead)}`}
        aria-current={current ? 'time' : undefined}
        onFocus={onFocus}
        onClick={() => playsAt !== null && onPlay(playsAt)}
        onPointerMove={(event) => content.kind === 'recorded' && setScrubbed(pointedAt(event, cell, content.atMs))}
        onPointerLeave={() => setScrubbed(null)}
      >
        <Shown cell={cell} loading={loading} ahead={ahead} scrubbed={scrubbed} {...rest} />
      </button>
      <div className={styles.under}>
        <span className={`tabular ${styles.time}`} data-scrubbed={scrubbed !== null}>
          {scrubbed === null ? time : formatClock(scrubbed, timeZone)}
        </span>
        {onZoom && content.kind === 'recorded' && (
          <button
            type="button"
            tabIndex={-1}
            className={styles.zoom}
            title="This hour (Z)"
            aria-label={`Into the hour of ${time}`}
            onClick={() => onZoom(from)}
          >
            <IconZoomIn size={15} aria-hidden="true" />
          </button>
        )}
      </div>
    </div>
  );
}

/** The moment under a mouse; a finger scrolls. */
function pointedAt(event: PointerEvent, { from, to }: GlanceCell, firstMs: number): number | null {
  if (event.pointerType !== 'mouse') return null;
  const { left, width } = event.currentTarget.getBoundingClientRect();
  const step = Math.floor(((event.clientX - left) / width) * scrubSteps) / scrubSteps;
  return Math.max(from + Math.min(Math.max(step, 0), 1) * (to - from), firstMs);
}

interface ShownProps extends Pick<CellProps, 'cell' | 'loading' | 'ahead' | 'cameraId' | 'width'> {
  scrubbed: number | null;
}

function Shown({ cell: { content }, loading, ahead, scrubbed, cameraId, width }: ShownProps) {
  const { ref, entry } = useIntersection<HTMLSpanElement>({ rootMargin: '120px' });
  const place = entry?.isIntersecting ? entry.target : null;
  return (
    <span className={styles.frame} ref={ref}>
      {loading && <span className={styles.waiting} />}
      {!loading && content.kind === 'recorded' && place && (
        <SheetPicture cameraId={cameraId} atMs={content.atMs} width={width} rank={() => fromMiddle(place)} />
      )}
      {content.kind === 'recorded' && scrubbed !== null && (
        <span className={styles.scrubbed}>
          <ScrubPicture cameraId={cameraId} atMs={scrubbed} width={width} />
        </span>
      )}
      {!loading && content.kind === 'gap' && (
        <span className={styles.gap} data-wanted={isWanted(content.cause)}>
          <GapIcon cause={content.cause} />
          <span>{causeText[content.cause]}</span>
        </span>
      )}
      {!loading && content.kind === 'nothing' && (
        <span className={styles.nothing}>{ahead ? 'Not yet' : 'No footage'}</span>
      )}
      {content.kind === 'recorded' && content.share < 0.995 && (
        <span className={styles.share}>
          <span style={{ width: `${content.share * 100}%` }} />
        </span>
      )}
    </span>
  );
}

function GapIcon({ cause }: { cause: Extract<GlanceCell['content'], { kind: 'gap' }>['cause'] }) {
  const Icon =
    cause === 'schedule'
      ? IconCalendarOff
      : cause === 'paused'
        ? IconPlayerPause
        : cause === 'removed'
          ? IconTrash
          : IconVideoOff;
  return <Icon size={18} aria-hidden="true" />;
}

function wordsOf({ from, to, content }: GlanceCell, loading: boolean, ahead: boolean): string {
  if (loading) return 'being read';
  switch (content.kind) {
    case 'recorded':
      return content.share < 0.995
        ? `${formatShare(content.share, 1)} of ${formatDuration(to - from)} recorded`
        : `${formatDuration(to - from)} recorded`;
    case 'gap':
      return `no footage: ${causeText[content.cause]}`;
    case 'nothing':
      return ahead ? 'not yet' : 'no footage';
  }
}

/** Pictures come from the middle of the screen outwards. */
function fromMiddle(element: Element): number {
  const { left, top, width, height } = element.getBoundingClientRect();
  return Math.hypot(left + width / 2 - window.innerWidth / 2, top + height / 2 - window.innerHeight / 2);
}
