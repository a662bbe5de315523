import type { Sample } from './fmp4/index.ts';

/**
 * One frame on its way to live viewers, as soon as the recorder has it. Times in ticks of its track (video 1/90000 s,
 * audio its sample rate) since the run's start; UTC is the run's `startMs` plus them. A picture's `duration` is that of
 * the one before it, for the next is not there yet. `data` as in `AccessUnit`.
 */
export type LiveFrame = Sample;
