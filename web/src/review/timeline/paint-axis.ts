import { xOf } from './geometry.ts';
import type { Scene } from './scene.ts';
import { type Scale, scaleOf } from './ticks.ts';

type Context = CanvasRenderingContext2D;

/** From the top of the strip: the baseline middles of headings and labels. */
const headingY = 8;
const labelY = 23;

/** Draws the strip of times above the rows. */
export function paintAxis(context: Context, scene: Scene): Scale {
  const { view, width, axisHeight, palette, local } = scene;
  const scale = scaleOf(view, width, local);
  context.clearRect(0, 0, width, axisHeight);
  context.textBaseline = 'middle';
  context.font = `600 11px ${palette.font}`;
  paintHeadings(context, scene, scale);
  context.fillStyle = palette.line;
  for (const at of scale.minor) context.fillRect(Math.round(xOf(view, width, at)), axisHeight - 4, 1, 4);
  context.font = `11px ${palette.font}`;
  for (const { at, text } of scale.labels) {
    const x = Math.round(xOf(view, width, at));
    context.fillStyle = palette.dimmed;
    context.fillRect(x, axisHeight - 7, 1, 7);
    const textWidth = context.measureText(text).width;
    const left = x - textWidth / 2;
    // Half a label reads as another time.
    if (left < 0 || left + textWidth > width) continue;
    context.fillText(text, left, labelY);
  }
  return scale;
}

/** Each at the beginning of what it names, or at the left edge while that lies before it; those that are whole alike. */
function paintHeadings(context: Context, { view, width, palette }: Scene, { headings }: Scale): void {
  const placed = headings.map(({ from, to, texts }) => {
    const left = Math.max(0, xOf(view, width, from)) + 2;
    const room = Math.min(width, xOf(view, width, to)) - left - 10;
    const fits = texts.findIndex((text) => context.measureText(text).width <= room);
    return { left, texts, fits, isWhole: from >= view.from && to <= view.to };
  });
  const common = Math.max(0, ...placed.filter(({ isWhole }) => isWhole).map(({ fits }) => fits));
  context.fillStyle = palette.text;
  for (const { left, texts, fits } of placed) {
    const text = fits < 0 ? undefined : texts[Math.max(fits, common)];
    if (text) context.fillText(text, left, headingY);
  }
}

/** Lines through the rows at labels; below the footage. */
export function paintLabelLines(context: Context, { view, width, visible, palette }: Scene, { labels }: Scale): void {
  context.fillStyle = palette.line;
  for (const { at } of labels) {
    context.fillRect(Math.round(xOf(view, width, at)), visible.top, 1, visible.bottom - visible.top);
  }
}

/** Lines through the rows at midnights; above the footage. */
export function paintStrongLines(context: Context, { view, width, visible, palette }: Scene, { strong }: Scale): void {
  context.fillStyle = palette.text;
  context.globalAlpha = 0.5;
  for (const at of strong) {
    context.fillRect(Math.round(xOf(view, width, at)), visible.top, 1, visible.bottom - visible.top);
  }
  context.globalAlpha = 1;
}
