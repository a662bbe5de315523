import { SpanPieces } from './span-pieces.tsx';
import type { Preview } from './use-grid-gestures.ts';
import styles from './week-grid.module.css';
import { daysText, spansSummary, timesText } from './words.ts';

/** Outlines of what a drag touches; inside the lanes. */
export function Touched({ preview }: { preview: Preview }) {
  const look = preview.kind === 'erase' ? 'erased' : 'touched';
  return preview.touched.map((span) => <SpanPieces key={span.day} span={span} index={-1} look={look} />);
}

/** What a drag means, beside the pointer; above a finger. */
export function Bubble({ preview }: { preview: Preview }) {
  return (
    <div
      className={`${styles.bubble} tabular`}
      style={{ left: preview.x, top: preview.y }}
      data-touch={preview.isTouch}
      data-testid="drag-says"
      role="status"
    >
      {meaning(preview)}
    </div>
  );
}

function meaning({ kind, touched }: Preview): string {
  const [first] = touched;
  if (!first) return '';
  const days = touched.map(({ day }) => day);
  const text = touched.length === 1 ? spansSummary(touched) : `${daysText(days)} ${timesText(first)}`;
  return kind === 'erase' ? `Erase ${text}` : text.charAt(0).toUpperCase() + text.slice(1);
}
