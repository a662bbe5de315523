import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useNow } from '../../api/context.tsx';
import { type GlanceCell, layoutOf, walked } from './cells.ts';
import styles from './glance.module.css';
import { Cell } from './glance-cell.tsx';

interface GlanceGridProps {
  cameraId: string;
  cells: readonly GlanceCell[];
  /** What is recorded is not known yet. */
  loading: boolean;
  spanMinutes: number;
  timeZone: string;
  /** The moment that plays: its cell is marked. */
  atMs: number;
  /** The cell of this moment has the focus first. */
  startAtMs: number;
  onPlay(atMs: number): void;
  /** Into the hour of a moment; undefined where there is no further. */
  onZoom: ((atMs: number) => void) | undefined;
}

/** Cells in rows, walked with the arrow keys: one of them is in the order of the Tab key. */
export function GlanceGrid(props: GlanceGridProps) {
  const { cameraId, cells, loading, spanMinutes, timeZone, atMs, startAtMs, onPlay, onZoom } = props;
  const nowMs = useNow(60_000);
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const cellOf = (momentMs: number) => cells.findIndex(({ from, to }) => momentMs >= from && momentMs < to);
  const current = cellOf(atMs);
  const [start] = useState(Math.max(cellOf(startAtMs), 0));
  const [focused, setFocused] = useState(start);
  const scroller = useRef<HTMLDivElement>(null);
  const measured = width > 0;
  const layout = layoutOf(cells.length, spanMinutes, { width, height });
  // Where one was, is where one goes on.
  useEffect(() => {
    if (measured) focusCell(scroller.current, start, 'center');
  }, [measured, start]);

  const onKeyDown = (event: KeyboardEvent) => {
    const cell = cells[focused];
    if (event.key.toLowerCase() === 'z' && cell) return onZoom?.(cell.from);
    if (event.shiftKey) return;
    const next = walked(event.key, focused, { count: cells.length, columns: layout.columns });
    if (next === null) return;
    event.preventDefault();
    setFocused(next);
    focusCell(scroller.current, next, 'nearest');
  };
  const rows = Array.from({ length: Math.ceil(cells.length / layout.columns) }, (_, row) => ({
    from: row * layout.columns,
    cells: cells.slice(row * layout.columns, (row + 1) * layout.columns),
  }));
  return (
    <div className={styles.scroller} ref={scroller}>
      <div className={styles.place}>
        <div className={styles.measured} ref={ref}>
          {measured && (
            // biome-ignore lint/a11y/useSemanticElements: a table has no keys to walk with
            <div
              role="grid"
              tabIndex={-1}
              aria-label="Pictures of the day"
              aria-rowcount={rows.length}
              aria-colcount={layout.columns}
              className={styles.grid}
              style={{ gridTemplateColumns: `repeat(${layout.columns}, ${layout.cellWidth}px)` }}
              onKeyDown={onKeyDown}
            >
              {rows.map((row) => (
                // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: cells have the focus
                <div role="row" key={row.from} className={styles.row}>
                  {row.cells.map((cell, column) => (
                    <Cell
                      key={cell.from}
                      index={row.from + column}
                      cameraId={cameraId}
                      cell={cell}
                      loading={loading}
                      ahead={cell.from > nowMs}
                      width={layout.cellWidth}
                      timeZone={timeZone}
                      current={row.from + column === current}
                      focusable={row.from + column === focused}
                      onFocus={() => setFocused(row.from + column)}
                      onPlay={onPlay}
                      onZoom={onZoom}
                    />
                  ))}
                </div>
              ))}
            </div>
          )}
        </div>
      </div>
    </div>
  );
}

function focusCell(within: HTMLElement | null, index: number, block: ScrollLogicalPosition): void {
  const cell = within?.querySelector<HTMLElement>(`[data-cell="${index}"]`);
  cell?.focus({ preventScroll: true });
  cell?.scrollIntoView({ block });
}
