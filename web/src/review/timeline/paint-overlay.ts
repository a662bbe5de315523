import { timeAtX, xOf } from './geometry.ts';
import { rowAt } from './rows.ts';
import type { Scene } from './scene.ts';
import { selectionWords } from './words.ts';

type Context = CanvasRenderingContext2D;

/** Draws what moves: selection, present, pointer and play head, over times and rows as they are on the screen. */
export function paintOverlay(context: Context, scene: Scene): void {
  const { width, axisHeight, visible } = scene;
  const height = axisHeight + visible.bottom - visible.top;
  context.clearRect(0, 0, width, height);
  paintFuture(context, scene, height);
  paintSelection(context, scene, height);
  paintPointer(context, scene, height);
  paintPlayHead(context, scene, height);
}

function paintFuture(context: Context, { view, width, nowMs, palette, axisHeight }: Scene, height: number): void {
  const x = Math.round(xOf(view, width, nowMs));
  if (x >= width) return;
  context.fillStyle = palette.line;
  context.globalAlpha = 0.35;
  context.fillRect(Math.max(0, x), axisHeight, width - Math.max(0, x), height - axisHeight);
  context.globalAlpha = 1;
  if (x < 0) return;
  context.fillStyle = palette.text;
  context.fillRect(x, axisHeight - 8, 1, height - axisHeight + 8);
  context.font = `600 10px ${palette.font}`;
  context.textBaseline = 'middle';
  const text = 'now';
  const textWidth = context.measureText(text).width;
  if (x + textWidth + 6 < width) {
    context.fillStyle = palette.dimmed;
    context.fillText(text, x + 5, axisHeight + 6);
  }
}

export const gripPx = { mouse: 8, thumb: 14 } as const;

function paintSelection(context: Context, scene: Scene, height: number): void {
  const { selection, view, width, palette, axisHeight, input, local } = scene;
  if (!selection) return;
  const [left, right] = [xOf(view, width, selection.from), xOf(view, width, selection.to)];
  if (right < 0 || left > width) return;
  const [from, to] = [Math.max(-2, left), Math.min(width + 2, right)];
  context.fillStyle = palette.text;
  context.globalAlpha = 0.18;
  context.fillRect(from, axisHeight, to - from, height - axisHeight);
  context.globalAlpha = 1;
  const grip = gripPx[input];
  for (const x of [left, right]) {
    context.fillStyle = palette.text;
    context.fillRect(Math.round(x) - 1, axisHeight - 2, 2, height - axisHeight + 2);
    context.beginPath();
    context.roundRect(x - grip / 2, (axisHeight + height) / 2 - grip, grip, grip * 2, grip / 2);
    context.fill();
    context.fillStyle = palette.panel;
    context.fillRect(Math.round(x) - 1, (axisHeight + height) / 2 - grip / 2, 2, grip);
  }
  const { span, length } = selectionWords(selection, local.timeZone);
  context.font = `600 11px ${palette.font}`;
  const text = `${span}  ·  ${length}`;
  const textWidth = context.measureText(text).width + 14;
  const x = Math.min(Math.max(4, (from + to - textWidth) / 2), width - textWidth - 4);
  context.fillStyle = palette.text;
  context.beginPath();
  context.roundRect(x, 1, textWidth, 17, 3);
  context.fill();
  context.fillStyle = palette.panel;
  context.textBaseline = 'middle';
  context.fillText(text, x + 7, 10);
}

/** A line through all rows, and over the row under it the frame that would be shown. */
function paintPointer(context: Context, scene: Scene, height: number): void {
  const { pointer, view, width, palette, axisHeight, visible, frames, rows } = scene;
  if (!pointer) return;
  context.fillStyle = palette.text;
  context.globalAlpha = 0.6;
  context.fillRect(Math.round(pointer.x), axisHeight - 6, 1, height - axisHeight + 6);
  context.globalAlpha = 1;
  const row = pointer.y >= 0 ? rowAt(rows, pointer.y) : undefined;
  const frame = row && frames.at(row.camera.id, timeAtX(view, width, pointer.x));
  if (!row || !frame) return;
  const left = xOf(view, width, frame.at);
  const right = xOf(view, width, frame.to);
  if (right - left < 4) return;
  context.strokeStyle = palette.text;
  context.lineWidth = 2;
  context.strokeRect(left + 1, axisHeight + row.top - visible.top + 1, right - left - 2, row.height - 2);
}

/** Half the width of the play head's handle. */
export const handlePx = { mouse: 7, thumb: 12 } as const;

function paintPlayHead(context: Context, scene: Scene, height: number): void {
  const { playHeadMs, view, width, palette, axisHeight, input } = scene;
  const x = xOf(view, width, playHeadMs);
  const half = handlePx[input];
  context.fillStyle = palette.amber;
  if (x < 0 || x > width) {
    // An arrow at the edge, towards where it is.
    const isBefore = x < 0;
    const tip = isBefore ? 2 : width - 2;
    const back = isBefore ? 2 + half * 1.6 : width - 2 - half * 1.6;
    const middle = axisHeight - half - 1;
    context.beginPath();
    context.moveTo(tip, middle);
    context.lineTo(back, middle - half);
    context.lineTo(back, middle + half);
    context.fill();
    return;
  }
  const at = Math.round(x);
  const top = axisHeight - half * 1.4;
  context.fillRect(at - 1, axisHeight - 2, 2, height - axisHeight + 2);
  context.beginPath();
  context.roundRect(at - half, top, half * 2, half * 0.9, 2.5);
  context.fill();
  context.beginPath();
  context.moveTo(at - half, top + half * 0.7);
  context.lineTo(at + half, top + half * 0.7);
  context.lineTo(at, axisHeight + 2);
  context.fill();
}
