import type { AudioConfig, VideoConfig } from '../access-unit.ts';
import { parseAudioConfig } from '../fmp4/codec/audio-config.ts';
import { silentFrame } from '../fmp4/silence.ts';
import type { RemuxRange } from './request.ts';
import { readHead, type SourceHead } from './source.ts';

export interface PlannedRange {
  range: RemuxRange;
  head: SourceHead;
}

/** What goes into one file: MP4 and Matroska have one codec configuration for all of it. */
export interface OutputPlan {
  video: VideoConfig;
  /** null when no run of it has sound. */
  audio: AudioConfig | null;
  /** In playing order, at least one. */
  ranges: PlannedRange[];
}

/** A frame that is shown longer does not fit into the 32 bits of its duration in MP4. */
const maxGapMs = 24 * 3_600_000;

interface PlanOptions {
  /** Whether it is wanted. */
  sound: boolean;
  /** Gaps take their time in the file. */
  keepGaps: boolean;
}

/** One file after the other; a new one where the pictures' or the sound's configuration changes. */
export async function planOutputs(
  ranges: readonly RemuxRange[],
  { sound, keepGaps }: PlanOptions = { sound: true, keepGaps: true },
): Promise<OutputPlan[]> {
  const heads = new Map<string, SourceHead>();
  const plans: OutputPlan[] = [];
  for (const range of ranges) {
    const head = heads.get(range.file) ?? headOf(await readHead(range.file), sound);
    heads.set(range.file, head);
    const plan = plans.at(-1);
    if (plan && continues(plan, head, keepGaps)) {
      plan.audio ??= head.audio;
      plan.ranges.push({ range, head });
    } else {
      plans.push({ video: head.video, audio: head.audio, ranges: [{ range, head }] });
    }
  }
  return plans;
}

const headOf = (head: SourceHead, sound: boolean): SourceHead => (sound ? head : { ...head, audio: null });

function continues(plan: OutputPlan, { video, audio, info }: SourceHead, keepGaps: boolean): boolean {
  const last = plan.ranges.at(-1)?.head.info;
  if (last?.runId === info.runId) return true;
  if (keepGaps && last && info.startMs - last.startMs > maxGapMs) return false;
  const samePicture = plan.video.codec === video.codec && plan.video.codecData.equals(video.codecData);
  return samePicture && soundContinues(plan.audio, audio);
}

/** Between two runs there is a gap, which silence must fill: browsers lose the picture's time where sound has a hole. */
function soundContinues(before: AudioConfig | null, after: AudioConfig | null): boolean {
  if (before && after && !(before.codecData.equals(after.codecData) && before.sampleRate === after.sampleRate)) {
    return false;
  }
  const audio = before ?? after;
  return audio === null || silenceOf(audio) !== null;
}

/** An AAC frame without a sound; null for more than two channels. */
export const silenceOf = (audio: AudioConfig): Buffer | null =>
  silentFrame(parseAudioConfig(audio.codecData).channelConfiguration);
