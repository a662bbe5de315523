import { setTimeout as sleep } from 'node:timers/promises';
import { elementExists, Pipeline } from './gst/index.ts';
import { chooseEncoder, type EncoderTrial, encoderTrials } from './pipeline/encoders.ts';

export type { EncoderTrial };

const trialMs = 5_000;

const thisMachine = { elementExists, runs: runsToItsEnd };

/** The best H.264 encoder element of this machine that really encodes; null when there is none. */
export const findEncoder = (): Promise<string | null> => chooseEncoder(thisMachine);

/** All H.264 encoder elements that are present, best first; each is tried. */
export async function tryEncoders(): Promise<EncoderTrial[]> {
  const trials: EncoderTrial[] = [];
  for await (const trial of encoderTrials(thisMachine)) trials.push(trial);
  return trials;
}

async function runsToItsEnd(description: string): Promise<boolean> {
  const deadline = performance.now() + trialMs;
  try {
    await using pipeline = new Pipeline(description);
    if ((await pipeline.setState('playing')) === 'failure') return false;
    while (performance.now() < deadline) {
      const message = pipeline.pollBus();
      if (message?.type === 'eos') return true;
      if (message?.type === 'error') return false;
      if (!message) await sleep(10);
    }
    return false;
  } catch {
    // A plugin that does not even parse is not one to use; the next is tried.
    return false;
  }
}
