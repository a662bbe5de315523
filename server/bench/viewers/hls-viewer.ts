import { setTimeout as sleep } from 'node:timers/promises';
import type { Watched } from './watched.ts';

interface Media {
  sequence: number;
  url: string;
}

/** Plays a live HLS address as a plain player does: the playlist each target duration or half of it, each segment once. */
export async function watchHls(address: string, watched: Watched, signal: AbortSignal): Promise<void> {
  const get = async (url: string) => {
    const answer = await fetch(url, { signal });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  const index = (await get(address)).toString();
  const variant = index.split('\n').find((line) => line !== '' && !line.startsWith('#'));
  const playlist = new URL(variant ?? '', address).href;
  let next: number | null = null;
  while (!signal.aborted) {
    const { segments, targetMs } = mediaOf((await get(playlist)).toString(), playlist);
    // Three segments from the end, as RFC 8216 section 6.3.3 has it.
    next ??= segments.at(-3)?.sequence ?? 0;
    let isNew = false;
    for (const { sequence, url } of segments) {
      if (sequence < next) continue;
      watched.take(await get(url));
      next = sequence + 1;
      isNew = true;
    }
    await sleep(isNew ? targetMs : targetMs / 2, undefined, { signal });
  }
}

function mediaOf(text: string, base: string): { segments: Media[]; targetMs: number } {
  const lines = text.split('\n');
  const numberAfter = (tag: string) => Number(lines.find((line) => line.startsWith(tag))?.slice(tag.length) ?? 0);
  const first = numberAfter('#EXT-X-MEDIA-SEQUENCE:');
  const segments = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line, i) => ({ sequence: first + i, url: new URL(line, base).href }));
  return { segments, targetMs: numberAfter('#EXT-X-TARGETDURATION:') * 1000 };
}
