import type { Mark } from '@nightjar/contract';
import type { Palette } from './palette.ts';

/** Square, with a frame around the sign. */
export const iconPx = 15;

/** A bookmark's ribbon or a lock, its left upper corner at `x` and `y`. */
export function drawIcon(
  context: CanvasRenderingContext2D,
  kind: Mark['kind'],
  x: number,
  y: number,
  { text, panel }: Palette,
): void {
  context.save();
  context.translate(x, y);
  context.fillStyle = text;
  context.beginPath();
  context.roundRect(0, 0, iconPx, iconPx, [0, 0, 3, 3]);
  context.fill();
  context.fillStyle = panel;
  context.strokeStyle = panel;
  context.beginPath();
  if (kind === 'bookmark') {
    context.moveTo(4.5, 3);
    context.lineTo(10.5, 3);
    context.lineTo(10.5, 12);
    context.lineTo(7.5, 9.5);
    context.lineTo(4.5, 12);
    context.fill();
  } else {
    context.roundRect(3.5, 6.5, 8, 5.5, 1);
    context.fill();
    context.lineWidth = 1.4;
    context.beginPath();
    context.arc(7.5, 6.5, 2.4, Math.PI, 0);
    context.stroke();
  }
  context.restore();
}
