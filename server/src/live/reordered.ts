import type { RunInfo } from '../media/chunk.ts';
import { reorderDepth } from '../media/fmp4/index.ts';
import type { LiveStream } from './stream.ts';

/** So many whole GOPs without a reordered picture say more than parameter sets, which cameras fill in carelessly. */
const enoughGops = 2;

/** Whether the stream's pictures come in another order than they are shown in (B-frames), as WebRTC cannot carry them. */
export function isReordered({ run, gops }: LiveStream): boolean {
  if (!run) return false;
  const ofRun = gops.filter((gop) => gop.run === run);
  for (const { frames } of ofRun) {
    let newest = Number.NEGATIVE_INFINITY;
    for (const { track, pts } of frames) {
      if (track !== 'video') continue;
      if (pts < newest) return true;
      newest = pts;
    }
  }
  return ofRun.length <= enoughGops && mayBeReordered(run);
}

export const mayBeReordered = ({ video }: RunInfo): boolean => (reorderDepth(video) ?? 0) > 0;
