import { once } from 'node:events';
import { RtspReader } from '../../testing/rtsp-reader.ts';
import type { Watched } from './watched.ts';

/** Reads an RTSP address over TCP until `signal` aborts; missing are packets, not pictures. */
export async function watchRtsp(address: string, watched: Watched, signal: AbortSignal): Promise<void> {
  await using reader = await RtspReader.play(address);
  await once(signal, 'abort');
  for (const { kind, bytes, lost, frames } of reader.tracks) {
    watched.bytes += bytes;
    watched.missing += lost;
    if (kind === 'video') watched.pictures += frames;
  }
  if (reader.closed) throw new Error('the recorder closed the connection');
}
