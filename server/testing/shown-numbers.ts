/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { readFrameNumber } from './camera/read-picture.ts';

/** What pictures (16:9, at least this large) are scaled to: their numbers can still be read. */
const [width, height] = [160, 90];
/** Where the number is then: all that has to be carried over. */
const number = { top: 60, width: 60, height: 20 };

/** Numbers of the frames that videos of drawn footage show, all at one instant; null where there is none to be read. */
export async function shownNumbers(page: Page, videos: readonly string[]): Promise<Array<number | null>> {
  const pictures = await page.evaluate(
    ({ videos, width, height, number }) => {
      // All are drawn before the first is read, which takes its time.
      const drawn = videos.map((selector) => {
        const video = document.querySelector<HTMLVideoElement>(selector);
        const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
        if (!video || video.videoWidth === 0) return null;
        context?.drawImage(video, 0, 0, width, height);
        return context;
      });
      return drawn.map((context) => {
        const pixels = context?.getImageData(0, number.top, number.width, number.height).data;
        return pixels && Array.from({ length: number.width * number.height }, (_, at) => pixels[4 * at + 1] ?? 0);
      });
    },
    { videos: [...videos], width, height, number },
  );
  return pictures.map((pixels) => (pixels ? readFrameNumber({ width, height, luma: wholePicture(pixels) }) : null));
}

function wholePicture(pixels: readonly number[]): Uint8Array {
  const luma = new Uint8Array(width * height);
  for (let row = 0; row < number.height; row += 1) {
    luma.set(pixels.slice(row * number.width, (row + 1) * number.width), (number.top + row) * width);
  }
  return luma;
}

/** Between the first and the last of moments within a loop of footage, ms. */
export function apartMs(times: readonly number[], loopMs: number): number {
  const [first = 0] = times;
  const from = times.map((time) => ((time - first + 1.5 * loopMs) % loopMs) - loopMs / 2);
  return Math.max(...from) - Math.min(...from);
}
