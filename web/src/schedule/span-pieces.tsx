import type { CSSProperties, KeyboardEvent } from 'react';
import { dayMinutes, type WeekSpan } from './week.ts';
import styles from './week-grid.module.css';
import { spanText, timesText } from './words.ts';

interface SpanPiecesProps {
  span: WeekSpan;
  /** In the week's spans; -1 for what is only shown. */
  index: number;
  look?: 'span' | 'touched' | 'erased';
  onKeyDown?(event: KeyboardEvent): void;
  /** By a click that is none of the pointer's: of a screen reader. */
  onActivate?(): void;
}

/** A span on the grid: one piece, or two when it goes over midnight. The first takes the focus. */
export function SpanPieces({ span, index, look = 'span', onKeyDown, onActivate }: SpanPiecesProps) {
  const isOver = span.end > dayMinutes;
  // The label goes where there is more room.
  const labelFirst = !isOver || dayMinutes - span.start >= span.end - dayMinutes;
  const label = look === 'span' && <span className={`${styles.label} tabular`}>{timesText(span)}</span>;
  const shared = { className: styles.piece, 'data-span': index, 'data-look': look };
  const first = {
    ...shared,
    style: place(span.day, span.start, Math.min(span.end, dayMinutes)),
    'data-goes-on': isOver,
  };
  const content = (
    <>
      <i className={styles.edge} data-edge="start" />
      {labelFirst && label}
      {!isOver && <i className={styles.edge} data-edge="end" />}
    </>
  );
  return (
    <>
      {look === 'span' ? (
        <button
          {...first}
          type="button"
          aria-label={spanText(span)}
          onKeyDown={onKeyDown}
          onClick={(event) => event.detail === 0 && onActivate?.()}
        >
          {content}
        </button>
      ) : (
        <div {...first} aria-hidden="true" />
      )}
      {isOver && (
        <div
          {...shared}
          style={place((span.day + 1) % 7, 0, span.end - dayMinutes)}
          data-comes-over="true"
          aria-hidden="true"
        >
          {!labelFirst && label}
          <i className={styles.edge} data-edge="end" />
        </div>
      )}
    </>
  );
}

/** Where on the lanes, for the style sheet. */
export const place = (day: number, from: number, to: number): CSSProperties =>
  ({ '--day': day, '--from': from / dayMinutes, '--to': to / dayMinutes }) as CSSProperties;
