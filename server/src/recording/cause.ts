import type { CameraState, ErrorCode, GapCause } from '@nightjar/contract';

/** What the ledger is told of a camera. */
export type Coverage = 'recording' | GapCause;

const causeOfCode: Partial<Record<ErrorCode, GapCause>> = {
  camera_auth_failed: 'auth_failed',
  camera_stalled: 'stalled',
  camera_stream_ended: 'stalled',
  source_finished: 'stalled',
  // Connected, but no answer or no picture.
  camera_timeout: 'stalled',
  camera_no_video: 'no_keyframe',
  camera_no_keyframe: 'no_keyframe',
  pipeline_failed: 'dropped',
  internal: 'dropped',
  disk_full: 'disk_full',
  disk_error: 'disk_error',
};

/** What a camera's state means for its footage, were it wanted; null when it says nothing new. */
export function coverageOf(state: CameraState): Coverage | null {
  if (state.state === 'waiting') return causeOfCode[state.code] ?? 'camera_unreachable';
  if (state.state === 'live' && state.problem) return causeOfCode[state.problem.code] ?? null;
  // Frames arrive; the first one written ends a gap.
  if (state.state === 'recording' || state.state === 'live') return 'recording';
  return null;
}
