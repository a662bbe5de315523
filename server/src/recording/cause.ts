import type { CameraState, ErrorCode, GapCause } from '@nightjar/contract';

/** What the ledger is told of a camera. */
export type Coverage = 'recording' | GapCause;

const causeOfCode: Partial<Record<ErrorCode, GapCause>> = {
  camera_auth_failed: 'auth_failed',
  camera_stalled: 'stalled',
  camera_stream_ended: 'stalled',
  // Connected, but no answer or no picture.
  camera_timeout: 'stalled',
  camera_no_video: 'no_keyframe',
  camera_no_keyframe: 'no_keyframe',
  pipeline_failed: 'dropped',
  internal: 'dropped',
  disk_full: 'disk_full',
  disk_error: 'disk_error',
};

/**
 * What a camera's state means for its footage; null when it says nothing new.
 *
 * @param wanted recording is on for this camera.
 */
export function coverageOf(state: CameraState, wanted: boolean): Coverage | null {
  if (!wanted) return 'paused';
  if (state.state === 'waiting') return causeOfCode[state.code] ?? 'camera_unreachable';
  // Just switched on: frames arrive, and the first one written ends the gap.
  if (state.state === 'recording' || state.state === 'live') return 'recording';
  return null;
}
