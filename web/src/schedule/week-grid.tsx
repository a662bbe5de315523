import { useRef, useState } from 'react';
import { DayMenu } from './day-menu.tsx';
import { Bubble, Touched } from './drag-feedback.tsx';
import { type Point, replaced } from './gestures.ts';
import { place, SpanPieces } from './span-pieces.tsx';
import { type Editing, SpanPopover } from './span-popover.tsx';
import { type GridLayout, useGridGestures } from './use-grid-gestures.ts';
import { useFocusOnSpan, useSpanKeys } from './use-span-keys.ts';
import type { WeekHistory } from './use-week-history.ts';
import { hourMinutes, type WeekSpan, withSpans } from './week.ts';
import styles from './week-grid.module.css';

interface WeekGridProps {
  history: WeekHistory;
  layout: GridLayout;
  tool: 'draw' | 'erase';
  /** The recorder's day (0 is Monday) and minute. */
  now: Point;
}

const week = [0, 1, 2, 3, 4, 5, 6];

/** The week, drawn by hand or by keys. */
export function WeekGrid({ history, layout, tool, now }: WeekGridProps) {
  const { spans } = history;
  const lanes = useRef<HTMLElement>(null);
  const [editing, setEditing] = useState<Editing | null>(null);
  const edit = (span: WeekSpan) => setEditing({ kind: 'existing', span });
  const focus = useFocusOnSpan(lanes, spans);
  const { onKeyDown, remove } = useSpanKeys({ history, layout, focus, onEdit: edit });
  const finish = (after: readonly WeekSpan[], touched: WeekSpan | undefined) => {
    history.change(after);
    if (touched) focus(touched);
  };
  const { preview, handlers } = useGridGestures({
    lanes,
    layout,
    spans,
    tool,
    onDone: (result, kind) => finish(result.spans, kind === 'erase' ? undefined : result.touched[0]),
    onPick(picked) {
      if ('span' in picked) edit(picked.span);
      else if (tool === 'draw') setEditing({ kind: 'new', span: hourAt(picked.point) });
    },
  });
  const save = ({ kind, span }: Editing, saved: WeekSpan[]) => {
    const [only] = saved;
    if (kind === 'existing' && only) finish(replaced(spans, span, only).spans, only);
    else finish(withSpans(spans, saved), only);
  };

  return (
    <div className={styles.grid} data-layout={layout} data-tool={tool} data-testid="week-grid">
      <div className={styles.days}>
        {week.map((day) => (
          <DayMenu key={day} day={day} isToday={day === now.day} spans={spans} onChange={history.change} />
        ))}
      </div>
      <Hours />
      <section
        ref={lanes}
        className={styles.lanes}
        data-dragging={preview?.kind}
        data-testid="week-lanes"
        aria-label="Recorded in the week"
        aria-describedby="week-keys"
        {...handlers}
      >
        {week.map((day) => (
          <div key={day} className={styles.lane} />
        ))}
        <div className={styles.now} style={place(now.day, now.minute, now.minute)} aria-hidden="true" />
        {(preview?.spans ?? spans).map((span, index) => (
          <SpanPieces
            key={`${span.day} ${span.start} ${span.end}`}
            span={span}
            index={index}
            onKeyDown={(event) => onKeyDown(event, span)}
            onActivate={() => edit(span)}
          />
        ))}
        {preview && <Touched preview={preview} />}
        {editing && (
          <SpanPopover
            editing={editing}
            layout={layout}
            onClose={() => {
              setEditing(null);
              if (editing.kind === 'existing') focus(editing.span);
            }}
            onRemove={() => remove(editing.span)}
            onSave={(saved) => save(editing, saved)}
          />
        )}
      </section>
      {preview && <Bubble preview={preview} />}
      <p id="week-keys" className={styles.hidden}>
        On a span: arrow keys move it, shift and arrow keys move its end, alt and arrow keys its start; enter edits its
        times, delete removes it.
      </p>
    </div>
  );
}

/** The hour that was clicked on. */
const hourAt = ({ day, minute }: Point): WeekSpan => {
  const start = Math.min(Math.floor(minute / hourMinutes), 23) * hourMinutes;
  return { day, start, end: start + hourMinutes };
};

function Hours() {
  return (
    <div className={styles.hours} aria-hidden="true">
      {[0, 3, 6, 9, 12, 15, 18, 21, 24].map((hour) => (
        <span
          key={hour}
          style={place(0, hour * hourMinutes, hour * hourMinutes)}
          data-major={hour % 6 === 0}
          className="tabular"
        >
          {String(hour).padStart(2, '0')}
        </span>
      ))}
    </div>
  );
}
