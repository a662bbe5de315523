import type { SentPicture } from '../../testing/camera/index.ts';
import { readFrameNumber } from '../../testing/camera/read-picture.ts';

/** What the probe in the page says of a picture. */
export interface ShownPicture {
  /** Unix milliseconds. */
  shownMs: number;
  /** Of its text, `0` and `1`, a row after the other. */
  dots: string;
}

/** As in `picture-probe.page.js`. */
const area = { top: 30, width: 28, height: 10 };
const grid = { width: 80, height: 42 };

/** The number drawn in it; null when it cannot be read. */
export function drawnIn({ dots }: ShownPicture): number | null {
  const luma = new Uint8Array(grid.width * grid.height);
  for (let y = 0; y < area.height; y++) {
    for (let x = 0; x < area.width; x++) {
      luma[(area.top + y) * grid.width + x] = dots[y * area.width + x] === '1' ? 255 : 0;
    }
  }
  return readFrameNumber({ ...grid, luma });
}

/** From the camera to the eye, of each picture that can be read. Of those with the same number, the newest is meant. */
export function delaysOf(shown: readonly ShownPicture[], sent: readonly SentPicture[]): number[] {
  const sentAt = new Map<number, number[]>();
  for (const { drawn, atMs } of sent) {
    const times = sentAt.get(drawn) ?? [];
    times.push(atMs);
    sentAt.set(drawn, times);
  }
  return shown.flatMap((picture) => {
    const drawn = drawnIn(picture);
    const atMs = drawn === null ? undefined : sentAt.get(drawn)?.findLast((at) => at <= picture.shownMs);
    return atMs === undefined ? [] : [picture.shownMs - atMs];
  });
}
