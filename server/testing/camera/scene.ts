import { forEachDot, GLYPH_HEIGHT, GLYPH_WIDTH } from './font.ts';
import type { PictureOptions } from './picture.ts';
import { type Backdrop, type Mover, paintScene } from './scenes.ts';

const WHITE = 235;
const NEUTRAL = 128;

/**
 * Draws the frames of a loop as I420 for people to look at: a still scene in which something moves, and a small line with
 * the name, the second and the frame number. The still part costs the encoder nothing.
 */
export class Scene {
  readonly #o: PictureOptions;
  readonly #backdrop: Uint8Array;
  readonly #movers: Mover[];
  readonly #frame: Uint8Array;
  readonly #frames: number;

  constructor(options: PictureOptions) {
    if (options.width % 2 || options.height % 2) throw new Error('width and height must be even');
    this.#o = options;
    const { backdrop, movers } = paintScene(options.look);
    this.#backdrop = toI420(backdrop, options);
    this.#movers = movers;
    this.#frame = new Uint8Array(this.#backdrop.length);
    this.#frames = options.fps * options.loopSeconds;
  }

  /** Frame `index` of the loop; the same memory each time. */
  draw(index: number): Uint8Array {
    const { fps, name } = this.#o;
    this.#frame.set(this.#backdrop);
    for (const mover of this.#movers) this.#move(mover, index / this.#frames);
    const second = String(Math.floor(index / fps)).padStart(2, '0');
    this.#text(`${name.slice(0, 14)}  :${second}  ${String(index).padStart(4, '0')}`);
    return this.#frame;
  }

  #move({ shapes, at }: Mover, phase: number): void {
    const position = at(phase);
    if (!position) return;
    const { width, height } = this.#o;
    for (const { x, y, radiusX, radiusY, square, colour } of shapes(phase)) {
      const centreX = (position.x + x * position.scale) * width;
      const centreY = position.y * height + y * position.scale * width;
      const [rx, ry] = [radiusX * position.scale * width, radiusY * position.scale * width];
      this.#fill(centreX, centreY, { rx, ry, square }, yuvOf(colour));
    }
  }

  #fill(
    cx: number,
    cy: number,
    shape: { rx: number; ry: number; square: boolean },
    yuv: [number, number, number],
  ): void {
    const { width, height } = this.#o;
    const chroma = width / 2;
    const planes = [
      { offset: 0, stride: width, rows: height, step: 1, value: yuv[0] },
      { offset: width * height, stride: chroma, rows: height / 2, step: 2, value: yuv[1] },
      { offset: (width * height * 5) / 4, stride: chroma, rows: height / 2, step: 2, value: yuv[2] },
    ];
    for (const { offset, stride, rows, step, value } of planes) {
      const top = Math.max(0, Math.ceil((cy - shape.ry) / step));
      const bottom = Math.min(rows - 1, Math.floor((cy + shape.ry) / step));
      for (let row = top; row <= bottom; row += 1) {
        const dy = (row * step - cy) / shape.ry;
        const half = shape.square ? shape.rx : shape.rx * Math.sqrt(Math.max(0, 1 - dy * dy));
        const from = Math.max(0, Math.ceil((cx - half) / step));
        const to = Math.min(stride, Math.floor((cx + half) / step) + 1);
        if (to > from) this.#frame.fill(value, offset + row * stride + from, offset + row * stride + to);
      }
    }
  }

  /** White on a dark strip, top left. */
  #text(text: string): void {
    const { width, height } = this.#o;
    const unit = Math.max(1, Math.round(height / 240));
    const [left, top] = [unit * 6, unit * 6];
    const rx = (text.length * (GLYPH_WIDTH + 1) * unit) / 2 + unit * 3;
    const ry = (GLYPH_HEIGHT * unit) / 2 + unit * 3;
    this.#fill(left + rx - unit * 3, top + ry - unit * 3, { rx, ry, square: true }, [28, NEUTRAL, NEUTRAL]);
    forEachDot(text, (x, y) => {
      for (let row = 0; row < unit; row += 1) {
        const start = (top + y * unit + row) * width + left + x * unit;
        this.#frame.fill(WHITE, start, start + unit);
      }
    });
  }
}

/** BT.601, studio range. */
const yuvOf = ([r, g, b]: readonly [number, number, number]): [number, number, number] => [
  16 + 65.5 * r + 128.6 * g + 25 * b,
  128 - 37.8 * r - 74.2 * g + 112 * b,
  128 + 112 * r - 93.8 * g - 18.2 * b,
];

function toI420(backdrop: Backdrop, { width, height }: PictureOptions): Uint8Array {
  const frame = new Uint8Array((width * height * 3) / 2);
  const luma = width * height;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const yuv = yuvOf(backdrop(x / width, y / height));
      frame[y * width + x] = yuv[0];
      if (x % 2 || y % 2) continue;
      const at = luma + ((y / 2) * width) / 2 + x / 2;
      frame[at] = yuv[1];
      frame[at + luma / 4] = yuv[2];
    }
  }
  return frame;
}
