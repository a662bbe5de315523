import type { Offer } from './offer.ts';

/** A picture on its way; the bytes belong to the message. */
export interface SentPicture {
  utcMs: number;
  keyframe: boolean;
  /** NAL units with 4-byte lengths. */
  data: Uint8Array;
}

/** What main tells the thread. */
export type ToThread =
  | { type: 'open'; sessionId: string; streamId: string; offer: Offer }
  | { type: 'candidates'; sessionId: string; candidates: string[] }
  | { type: 'close'; sessionId: string }
  /** What the next pictures need before a keyframe; they begin with one. */
  | { type: 'run'; streamId: string; parameterSets: Uint8Array[] }
  | { type: 'pictures'; streamId: string; pictures: SentPicture[] }
  /** Pictures are missing; the next begin with a keyframe. */
  | { type: 'gap'; streamId: string }
  | { type: 'sound'; streamId: string; utcMs: number; data: Uint8Array }
  | { type: 'forget'; streamId: string }
  /** End as soon as viewers have been told of what was closed. */
  | { type: 'stop' };

/** What the thread tells main. */
export type FromThread =
  | { type: 'answer'; sessionId: string; sdp: string }
  /** In place of an answer. */
  | { type: 'refused'; sessionId: string; problem: string }
  | { type: 'closed'; sessionId: string; reason: string };
