import type { Gap, Timeline } from '@nightjar/contract';
import { isWanted } from '../cameras/coverage.ts';
import { intervalsOf, type View, xOf } from './view.ts';

export interface Palette {
  text: string;
  dimmed: string;
  line: string;
  track: string;
  recorded: string;
  recordedSoft: string;
  red: string;
}

/** Colours of the page's scheme, as the style sheet has them. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: color('--nj-text'),
    dimmed: color('--nj-dimmed'),
    line: color('--nj-line'),
    track: color('--nj-track'),
    recorded: color('--nj-recorded'),
    recordedSoft: color('--nj-recorded-soft'),
    red: color('--nj-red'),
  };
}

export interface RowDrawing {
  /** Pixels from the top. */
  top: number;
  height: number;
  selected: boolean;
  /** undefined: not known yet. */
  timeline: Timeline | undefined;
}

interface Drawing {
  view: View;
  width: number;
  palette: Palette;
  rows: readonly RowDrawing[];
  axis: { top: number; labels: ReadonlyArray<{ at: number; text: string }>; minor: readonly number[] };
  /** The recorder's clock, Unix ms. */
  nowMs: number;
}

/** Draws rows, gaps and hours. The play head and the pointer are elements of their own: they move without a redraw. */
export function drawTimeline(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { view, width, palette, rows, axis, nowMs } = drawing;
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  drawHourLines(context, drawing);
  for (const row of rows) drawRow(context, row, drawing);
  const nowX = xOf(view, width, nowMs);
  if (nowX > 0 && nowX < width) {
    context.fillStyle = palette.dimmed;
    context.fillRect(Math.round(nowX), 0, 1, axis.top);
  }
}

function drawHourLines(context: CanvasRenderingContext2D, { view, width, palette, axis }: Drawing): void {
  context.fillStyle = palette.line;
  for (const at of axis.minor) context.fillRect(Math.round(xOf(view, width, at)), axis.top, 1, 4);
  context.font = `12px ${getComputedStyle(context.canvas).fontFamily}`;
  context.textBaseline = 'top';
  let freeFrom = 0;
  for (const { at, text } of axis.labels) {
    const x = Math.round(xOf(view, width, at));
    context.fillStyle = palette.line;
    context.fillRect(x, 0, 1, axis.top + 6);
    const textWidth = context.measureText(text).width;
    const left = Math.min(Math.max(x - textWidth / 2, 0), width - textWidth);
    // Labels moved in from the edges must not run into their neighbours.
    if (left < freeFrom) continue;
    freeFrom = left + textWidth + 8;
    context.fillStyle = palette.dimmed;
    context.fillText(text, left, axis.top + 9);
  }
}

function drawRow(context: CanvasRenderingContext2D, row: RowDrawing, { view, width, palette, nowMs }: Drawing): void {
  const end = Math.min(width, Math.max(0, xOf(view, width, nowMs)));
  context.fillStyle = palette.track;
  context.fillRect(0, row.top, end, row.height);
  if (!row.timeline) return;
  const { spans, gaps } = row.timeline;
  drawGaps(
    context,
    row,
    gaps.filter(({ cause }) => isWanted(cause)),
    palette.dimmed,
    view,
    width,
  );
  drawGaps(
    context,
    row,
    gaps.filter(({ cause }) => !isWanted(cause)),
    palette.red,
    view,
    width,
  );
  context.fillStyle = row.selected ? palette.recorded : palette.recordedSoft;
  for (const [left, right] of intervalsOf(spans, view, width, 0.5)) {
    // A second of footage in a day is still there to be clicked.
    context.fillRect(left, row.top, Math.max(2, right - left), row.height);
  }
}

function drawGaps(
  context: CanvasRenderingContext2D,
  row: RowDrawing,
  gaps: readonly Gap[],
  color: string,
  view: View,
  width: number,
): void {
  context.save();
  context.beginPath();
  for (const [left, right] of intervalsOf(gaps, view, width, 0.5)) {
    context.rect(left, row.top, Math.max(1.5, right - left), row.height);
  }
  context.clip();
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let x = -row.height; x < width + row.height; x += 6) {
    context.moveTo(x, row.top + row.height);
    context.lineTo(x + row.height, row.top);
  }
  context.stroke();
  context.restore();
}
