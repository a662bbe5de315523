import { NvrError } from '../../shared/errors.ts';
import type { HlsWindow } from './window.ts';

/** Delivery directives of a playlist request (draft-pantos-hls-rfc8216bis 6.2.5): what the playlist must have at least. */
export interface Directives {
  _HLS_msn?: number;
  _HLS_part?: number;
}

/** @throws {NvrError} `invalid_request` for directives that mean nothing. */
export function requireSense({ _HLS_msn, _HLS_part }: Directives): void {
  if (_HLS_part !== undefined && _HLS_msn === undefined) {
    throw new NvrError('invalid_request', '_HLS_part needs _HLS_msn.', { field: '_HLS_part' });
  }
}

/** @throws {NvrError} `invalid_request` when the wait would be for what is further ahead than a player can know of. */
export function requireSoon(window: HlsWindow, { _HLS_msn: sequence, _HLS_part: part }: Directives): void {
  if (sequence === undefined) return;
  const last = newest(window);
  if (sequence > last.sequence + 2) {
    throw new NvrError('invalid_request', `_HLS_msn: the newest segment is ${last.sequence}.`, { field: '_HLS_msn' });
  }
  const known = sequence === last.sequence ? last.parts : 0;
  if (part !== undefined && sequence >= last.sequence && part - known >= advancePartLimit(window)) {
    throw new NvrError('invalid_request', '_HLS_part is too far ahead.', { field: '_HLS_part' });
  }
}

/** The playlist has the segment or part asked for, or a later one. */
export function hasArrived(window: HlsWindow, { _HLS_msn: sequence, _HLS_part: part }: Directives): boolean {
  if (sequence === undefined) return window.listed.length > 0;
  const whole = window.listed.at(-1);
  if (!whole) return false;
  if (part === undefined || whole.sequence > sequence) return whole.sequence >= sequence;
  if (whole.sequence === sequence && (whole.parts.length === 0 || whole.parts.length > part)) return true;
  // A part that the segment turned out not to have counts as the first of the next.
  const [wantedSequence, wantedPart] = whole.sequence === sequence ? [sequence + 1, 0] : [sequence, part];
  return window.open?.sequence === wantedSequence && window.open.parts.length > wantedPart;
}

/** Three seconds of parts, or three parts where they last longer than a second. */
const advancePartLimit = ({ timing }: HlsWindow): number =>
  Math.ceil(3 / Math.min((timing?.partTargetMs ?? 1000) / 1000, 1));

function newest({ open, listed }: HlsWindow): { sequence: number; parts: number } {
  if (open && open.parts.length > 0) return { sequence: open.sequence, parts: open.parts.length };
  const last = listed.at(-1);
  return { sequence: last?.sequence ?? 0, parts: last?.parts.length ?? 0 };
}
