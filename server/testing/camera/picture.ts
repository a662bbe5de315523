import { forEachDot, GLYPH_HEIGHT, GLYPH_WIDTH } from './font.ts';

export interface PictureOptions {
  width: number;
  height: number;
  fps: number;
  loopSeconds: number;
  name: string;
  look: number;
}

/** The flash fills the right quarter of the picture while the second is younger than this. */
export const FLASH_SECONDS = 0.1;
const WHITE = 235;
const DARK = 24;
const NEUTRAL = 128;

/** Chroma of the three looks: blue, green, amber. */
const tints = [
  { u: 160, v: 108 },
  { u: 108, v: 108 },
  { u: 96, v: 152 },
] as const;

/**
 * Draws the frames of a loop as I420: a pattern and a square that move once round in the loop, a bar that crosses the picture
 * each second, noise (so that the encoder reaches its bitrate), the name, the second, the frame number, the flash.
 */
export class Picture {
  readonly #o: PictureOptions;
  readonly #chromaWidth: number;
  readonly #pattern: Uint8Array;
  readonly #noise: Uint8Array;
  readonly #frame: Uint8Array;
  readonly #frames: number;

  constructor(options: PictureOptions) {
    if (options.width % 2 || options.height % 2) throw new Error('width and height must be even');
    this.#o = options;
    this.#chromaWidth = options.width / 2;
    this.#pattern = drawPattern(options);
    this.#noise = Uint8Array.from({ length: 1 << 16 }, () => 64 + Math.random() * 128);
    this.#frame = new Uint8Array((options.width * options.height * 3) / 2);
    this.#frames = options.fps * options.loopSeconds;
  }

  /** Frame `index` of the loop; the same memory each time. */
  draw(index: number): Uint8Array {
    const { width, height, fps, name } = this.#o;
    const second = Math.floor(index / fps);
    const phase = index / this.#frames;
    const inSecond = (index % fps) / fps;
    this.#background(phase);
    // The text takes 80 dots of the width and 42 of the height.
    const unit = Math.max(1, Math.floor(Math.min(width / 80, height / 42)));
    const orbit = (Math.min(width, height) / 4) | 0;
    const angle = 2 * Math.PI * phase * Math.max(1, Math.round(this.#o.loopSeconds / 5));
    this.#box(width / 2 + orbit * Math.cos(angle), height / 2 + orbit * Math.sin(angle), unit * 5, unit * 5, 200);
    this.#box(inSecond * (width - unit), height - unit * 4, unit, unit * 4, WHITE);
    if (inSecond < FLASH_SECONDS) this.#box(width * 0.75, 0, width / 4, height, WHITE);
    this.#text(name.slice(0, 12), unit * 2, unit * 2, unit);
    this.#text(`:${String(second).padStart(2, '0')}`, unit * 2, unit * 13, unit * 2);
    this.#text(String(index).padStart(4, '0'), unit * 2, unit * 31, unit);
    return this.#frame;
  }

  #background(phase: number): void {
    const { width, height, look } = this.#o;
    const shift = Math.floor(phase * width * Math.max(1, Math.round(this.#o.loopSeconds / 10))) % width;
    const noiseFrom = Math.floor(height * 0.8);
    for (let y = 0; y < height; y++) {
      const from = y * width * 2 + shift;
      this.#frame.set(this.#pattern.subarray(from, from + width), y * width);
      if (y < noiseFrom) continue;
      const random = Math.floor(Math.random() * (this.#noise.length - width));
      this.#frame.set(this.#noise.subarray(random, random + width / 4), y * width + width / 4);
    }
    const luma = width * height;
    const tint = tints[look % tints.length] ?? tints[0];
    this.#frame.fill(tint.u, luma, luma + luma / 4);
    this.#frame.fill(tint.v, luma + luma / 4);
  }

  #text(text: string, left: number, top: number, unit: number): void {
    const columns = text.length * (GLYPH_WIDTH + 1) - 1;
    this.#box(left - unit, top - unit, (columns + 2) * unit, (GLYPH_HEIGHT + 2) * unit, DARK);
    forEachDot(text, (x, y) => {
      for (let row = 0; row < unit; row++) {
        const start = (top + y * unit + row) * this.#o.width + left + x * unit;
        this.#frame.fill(WHITE, start, start + unit);
      }
    });
  }

  /** A grey box, cut at the picture's edges. */
  #box(left: number, top: number, boxWidth: number, boxHeight: number, luma: number): void {
    const { width, height } = this.#o;
    const x0 = Math.max(0, Math.floor(left)) & ~1;
    const x1 = Math.min(width, Math.floor(left + boxWidth) & ~1);
    const y0 = Math.max(0, Math.floor(top)) & ~1;
    const y1 = Math.min(height, Math.floor(top + boxHeight) & ~1);
    for (let y = y0; y < y1; y++) this.#frame.fill(luma, y * width + x0, y * width + x1);
    for (const plane of [width * height, (width * height * 5) / 4]) {
      for (let y = y0 / 2; y < y1 / 2; y++) {
        const row = plane + y * this.#chromaWidth;
        this.#frame.fill(NEUTRAL, row + x0 / 2, row + x1 / 2);
      }
    }
  }
}

/** Twice as wide as the picture, repeating after its width, so that a window on it can slide. */
function drawPattern({ width, height, look }: PictureOptions): Uint8Array {
  const pattern = new Uint8Array(width * 2 * height);
  const cells = 8;
  const size = width / cells;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = patternAt(look % tints.length, (x % width) / size, y / size);
      pattern[y * width * 2 + x] = value;
      pattern[y * width * 2 + width + x] = value;
    }
  }
  return pattern;
}

/** Luma at (x, y) in cells; repeats after a whole even number of cells. */
function patternAt(look: number, x: number, y: number): number {
  if (look === 0) return (Math.floor(x) + Math.floor(y)) % 2 ? 70 : 110;
  if (look === 1) return 90 + 30 * Math.sin((x + y) * Math.PI);
  return 90 + 30 * Math.sin(x * Math.PI) * Math.cos(y * Math.PI);
}
