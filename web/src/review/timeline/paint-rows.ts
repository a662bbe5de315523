import type { Gap, Mark, RecorderEvent } from '@nightjar/contract';
import { causeText, formatLost } from '../../cameras/coverage.ts';
import { type Kind, kinds, type Tile } from './footage.ts';
import { lengthOf, xOf } from './geometry.ts';
import { drawIcon } from './icons.ts';
import type { Piece } from './levels.ts';
import { firstAfter } from './pyramid.ts';
import { markBandPx } from './remarks.ts';
import type { RowPlace } from './rows.ts';
import type { Scene } from './scene.ts';

type Context = CanvasRenderingContext2D;

/** Left and right edges in pixels, one pair after the other. */
type Shapes = Record<Kind, number[]>;

/** A gap narrower than this is a notch: a stroke over the whole row would hide what is recorded around it. */
const notchPx = 3;
/** A gap has to be this wide to have its cause written in it. */
const captionPx = 90;

/** Draws what does not change with the pointer and the play head: footage, gaps, marks and events of each row. */
export function paintRows(context: Context, scene: Scene): void {
  const { view, width, visible, rows, palette, footage } = scene;
  const pieces = footage.pieces(view);
  const nowX = Math.min(width, Math.max(0, xOf(view, width, scene.nowMs)));
  for (const row of rows) {
    if (row.top + row.height < visible.top || row.top > visible.bottom) continue;
    context.fillStyle = palette.track;
    if (nowX > 0) context.fillRect(0, row.top, nowX, row.height);
    paintUnknown(context, row, pieces, scene, nowX);
    const shapes = shapesOf(row.camera.id, pieces, scene);
    paintShapes(context, row, shapes, scene);
    paintCaptions(context, row, pieces, scene);
    paintFrames(context, row, scene);
    paintEvents(context, row, scene.remarks.events.get(row.camera.id) ?? [], shapes.missing, scene);
    for (const mark of scene.remarks.marks.get(row.camera.id) ?? []) paintMark(context, row, mark, scene);
  }
}

/** What is drawn of a camera, joined where the eye sees no space between. */
function shapesOf(cameraId: string, pieces: ReadonlyArray<Piece<Tile>>, { view, width, nowMs }: Scene): Shapes {
  const shapes: Shapes = { recorded: [], missing: [], off: [], removed: [] };
  const pxPerMs = width / lengthOf(view);
  const add = (list: number[], from: number, to: number) => {
    const left = Math.max(0, (from - view.from) * pxPerMs);
    const right = Math.min(width, (to - view.from) * pxPerMs);
    const last = list.length - 1;
    if (last > 0 && left - (list[last] as number) < 0.5) list[last] = Math.max(list[last] as number, right);
    else list.push(left, right);
  };
  for (const { from: start, to: end, tile } of pieces) {
    const track = tile?.tracks.get(cameraId);
    if (!track) continue;
    for (const kind of kinds) {
      const { from, to } = track.shapes[kind].at(0.5 / pxPerMs);
      for (let index = firstAfter({ from, to }, start); index < from.length; index += 1) {
        const first = from[index] as number;
        if (first >= end) break;
        add(shapes[kind], Math.max(first, start), Math.min(to[index] as number, end));
      }
    }
    const { present } = track;
    if (present && present.from < end && nowMs > present.from) {
      add(shapes[present.kind], Math.max(present.from, start), Math.min(nowMs, end));
    }
  }
  return shapes;
}

function paintShapes(context: Context, row: RowPlace, shapes: Shapes, { palette }: Scene): void {
  const { top, height } = row;
  context.fillStyle = palette.removed;
  rects(context, shapes.removed, top, height, 0);
  context.fillStyle = palette.off;
  rects(context, shapes.off, top, height, 0);
  context.fillStyle = row.isPlaying ? palette.recorded : palette.recordedSoft;
  // A second of footage in a day is still there to be clicked.
  rects(context, shapes.recorded, top, height, 2);
  for (let index = 0; index < shapes.missing.length; index += 2) {
    const left = shapes.missing[index] as number;
    const right = shapes.missing[index + 1] as number;
    if (right - left < notchPx) {
      const notch = Math.max(8, height * 0.5);
      const x = Math.round((left + right - notchPx) / 2);
      context.fillStyle = palette.panel;
      context.fillRect(x - 1, top + height - notch - 1, notchPx + 2, notch + 1);
      context.fillStyle = palette.red;
      context.fillRect(x, top + height - notch, notchPx, notch);
    } else {
      context.fillStyle = palette.track;
      context.fillRect(left, top, right - left, height);
      context.fillStyle = palette.missing;
      context.fillRect(left, top, right - left, height);
    }
  }
}

function rects(context: Context, edges: readonly number[], top: number, height: number, leastPx: number): void {
  for (let index = 0; index < edges.length; index += 2) {
    const left = edges[index] as number;
    context.fillRect(left, top, Math.max(leastPx, (edges[index + 1] as number) - left), height);
  }
}

/** What has not been read: a line through the middle, unlike anything that is known. */
function paintUnknown(
  context: Context,
  row: RowPlace,
  pieces: ReadonlyArray<Piece<Tile>>,
  { view, width, palette }: Scene,
  nowX: number,
): void {
  for (const { from, to, tile } of pieces) {
    if (tile) continue;
    const left = Math.max(0, xOf(view, width, from));
    const right = Math.min(nowX, xOf(view, width, to));
    if (right <= left) continue;
    context.fillStyle = palette.panel;
    context.fillRect(left, row.top, right - left, row.height);
    context.fillStyle = palette.line;
    context.fillRect(left, row.top + row.height / 2 - 3, right - left, 6);
  }
}

/** Why there is nothing, written into gaps that are wide enough. */
function paintCaptions(context: Context, row: RowPlace, pieces: ReadonlyArray<Piece<Tile>>, scene: Scene): void {
  const { view, width, palette } = scene;
  const leastMs = (captionPx * lengthOf(view)) / width;
  const wide: Array<{ from: number; to: number; cause: Gap['cause'] }> = [];
  for (const piece of pieces) {
    for (const gap of piece.tile?.tracks.get(row.camera.id)?.gaps ?? []) {
      const from = Math.max(gap.from, piece.from);
      const to = Math.min(gap.to, piece.to);
      if (to <= from) continue;
      const last = wide.at(-1);
      if (last && last.to === from && last.cause === gap.cause) last.to = to;
      else wide.push({ from, to, cause: gap.cause });
    }
  }
  context.font = `11px ${palette.font}`;
  context.textBaseline = 'middle';
  for (const { from, to, cause } of wide) {
    if (to - from < leastMs) continue;
    const [left, right] = [xOf(view, width, from), xOf(view, width, to)];
    const isWhole = from > view.from && to < view.to && to < scene.nowMs - 20_000;
    const texts = [isWhole && `${causeText[cause]}, ${formatLost(to - from)}`, causeText[cause]].filter(Boolean);
    const text = texts.find((candidate) => candidate && context.measureText(candidate).width + 24 < right - left);
    if (!text) continue;
    const textWidth = context.measureText(text).width;
    const middle = (left + right) / 2;
    context.fillStyle = palette.panel;
    context.beginPath();
    context.roundRect(middle - textWidth / 2 - 6, row.top + row.height / 2 - 8, textWidth + 12, 16, 3);
    context.fill();
    context.fillStyle = palette.text;
    context.fillText(text, middle - textWidth / 2, row.top + row.height / 2 + 0.5);
  }
}

/** Single frames as on a film: a cut where the next begins; a keyframe has a tooth. */
function paintFrames(context: Context, row: RowPlace, { view, width, palette, frames }: Scene): void {
  const shown = frames.of(row.camera.id, view);
  if (shown.length < 2) return;
  const pxPerMs = width / lengthOf(view);
  const spacingPx = (((shown.at(-1)?.at ?? 0) - (shown[0]?.at ?? 0)) / (shown.length - 1)) * pxPerMs;
  const tooth = Math.max(5, Math.min(9, row.height / 4));
  for (const { at, keyframe } of shown) {
    const x = Math.round((at - view.from) * pxPerMs);
    if (x < 0) continue;
    if (spacingPx >= 4) {
      context.fillStyle = palette.panel;
      context.fillRect(x, row.top, 1, row.height);
    }
    if (keyframe) {
      context.fillStyle = palette.text;
      context.fillRect(x, row.top, 2, row.height);
      context.beginPath();
      context.moveTo(x - tooth / 2 + 1, row.top);
      context.lineTo(x + tooth / 2 + 1, row.top);
      context.lineTo(x + 1, row.top + tooth);
      context.fill();
    }
  }
}

/** What was reported, as ticks that stand in the row; what a person should look at, in red and larger. */
function paintEvents(
  context: Context,
  row: RowPlace,
  events: readonly RecorderEvent[],
  missing: readonly number[],
  { view, width, palette }: Scene,
): void {
  const bottom = row.top + row.height;
  let takenTo = Number.NEGATIVE_INFINITY;
  // Newest first in the log.
  for (let index = events.length - 1; index >= 0; index -= 1) {
    const event = events[index] as RecorderEvent;
    const isAlert = event.level === 'alert';
    const x = Math.round(xOf(view, width, event.since ?? event.at));
    if (x < 0 || x > width || (x < takenTo && !isAlert)) continue;
    // That a gap begins or ends is seen; the pointer finds the event all the same.
    if (!isAlert && missing.some((edge) => Math.abs(edge - x) <= 4)) continue;
    takenTo = x + 5;
    const high = isAlert ? 9 : event.level === 'warning' ? 7 : 5;
    context.fillStyle = palette.panel;
    context.fillRect(x - 2, bottom - high - 1, 4, high + 1);
    context.fillStyle = isAlert ? palette.red : event.level === 'warning' ? palette.text : palette.dimmed;
    context.fillRect(x - 1, bottom - high, 2, high);
  }
}

function paintMark(context: Context, row: RowPlace, mark: Mark, { view, width, palette }: Scene): void {
  const left = xOf(view, width, mark.from);
  const right = xOf(view, width, mark.to);
  if (right < 0 || left > width) return;
  context.fillStyle = palette.panel;
  context.fillRect(left - 1, row.top, Math.max(3, right - left) + 2, markBandPx);
  context.fillStyle = palette.text;
  context.fillRect(left, row.top, Math.max(3, right - left), markBandPx - 2);
  drawIcon(context, mark.kind, Math.max(0, left), row.top, palette);
}
