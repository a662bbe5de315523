import { forEachDot, GLYPH_HEIGHT, GLYPH_WIDTH } from './font.ts';

/** Grey bytes, a row after the other. */
export interface GreyPicture {
  width: number;
  height: number;
  luma: Uint8Array;
}

const DIGITS = 4;
const BRIGHT = 140;
/** Dots that lossy coding may turn. */
const MAX_WRONG_DOTS = 3;

/** Reads the number of the frame in its loop that `Picture` drew; null when there is none to be read. */
export function readFrameNumber({ width, height, luma }: GreyPicture): number | null {
  // Where and how large `Picture.draw` writes it.
  const unit = Math.max(1, Math.floor(Math.min(width / 80, height / 42)));
  const centre = (dot: number) => Math.floor((dot + 0.5) * unit);
  const isSet = (x: number, y: number) => (luma[centre(y + 31) * width + centre(x + 2)] ?? 0) > BRIGHT;
  let text = '';
  for (let position = 0; position < DIGITS; position++) {
    const digit = digitAt((x, y) => isSet(position * (GLYPH_WIDTH + 1) + x, y));
    if (digit === null) return null;
    text += digit;
  }
  return Number(text);
}

function digitAt(isSet: (x: number, y: number) => boolean): string | null {
  const wrongDots = (digit: string) => {
    const wanted = new Set<string>();
    forEachDot(digit, (x, y) => wanted.add(`${x} ${y}`));
    let wrong = 0;
    for (let y = 0; y < GLYPH_HEIGHT; y++) {
      for (let x = 0; x < GLYPH_WIDTH; x++) if (isSet(x, y) !== wanted.has(`${x} ${y}`)) wrong++;
    }
    return wrong;
  };
  const [best = null] = [...'0123456789'].sort((a, b) => wrongDots(a) - wrongDots(b));
  return best !== null && wrongDots(best) <= MAX_WRONG_DOTS ? best : null;
}
