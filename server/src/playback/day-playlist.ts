import path from 'node:path';
import type { TimeRange, UnixMs } from '@nightjar/contract';
import type { Footage } from '../recording/index.ts';
import { stretchesOf } from './layout.ts';
import { mediaPlaylist } from './playlist.ts';

const always = { from: 0, to: Number.MAX_SAFE_INTEGER } as TimeRange;

/**
 * HLS playlist of what lies in a folder, by the names of its files: it plays from the folder itself, without the
 * recorder. Null when nothing does.
 */
export function dayPlaylist(footage: Footage): string | null {
  const stretches = stretchesOf(footage, always).map((stretch) => ({ ...stretch, withSilence: false }));
  const first = stretches[0]?.parts[0];
  if (!first) return null;
  const names = new Map(footage.segments.map((segment) => [segment.id, path.posix.basename(segment.path)]));
  // Digits, "-", "." and "+": all of them may stand in a path as they are (RFC 3986, section 3.3).
  const nameOf = (id: number) => names.get(id) ?? '';
  const range = { from: first.startMs as UnixMs, to: always.to };
  return mediaPlaylist(stretches, range, { file: nameOf, init: nameOf, part: () => '' });
}
