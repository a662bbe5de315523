import type { CameraDto, CameraStatus, ErrorCode } from '@nightjar/contract';
import { untilText } from '../schedule/until.ts';
import { type Wanted, wantedAt } from '../schedule/wanted.ts';
import { formatDuration, formatSince } from '../time/format.ts';

/**
 * `unscheduled` and `paused`: not recorded because somebody wants it so. `failing`: not recorded although it should be.
 * `offline`: not reachable while nothing is to be recorded.
 */
export type StateKind = 'recording' | 'unscheduled' | 'paused' | 'starting' | 'failing' | 'offline';

/** A camera's state in words; `kind` picks icon and colour. */
export interface StateWords {
  kind: StateKind;
  /** "Recording", "Paused until 18:30", "Not reachable". */
  word: string;
  /** "since 13:58 · next try in 20 s"; empty when there is nothing to add. */
  detail: string;
  /** What happened and what to do; empty when nothing did. */
  reason: string;
}

const words: Partial<Record<ErrorCode, string>> = {
  camera_unreachable: 'Not reachable',
  camera_refused: 'Connection refused',
  camera_auth_failed: 'Wrong password',
  camera_stream_not_found: 'Stream not found',
  camera_no_video: 'No video',
  camera_no_keyframe: 'No keyframe',
  camera_unsupported_codec: 'Unknown codec',
  camera_protocol_error: 'Protocol error',
  camera_transport_refused: 'Transport refused',
  camera_timeout: 'No answer',
  camera_stalled: 'No picture',
  camera_stream_ended: 'Stream ended',
  source_finished: 'Played to its end',
  disk_full: 'Disk full',
  disk_error: 'Disk error',
};

interface StateFacts {
  camera: Pick<CameraDto, 'recording'>;
  /** undefined until the recorder told. */
  status: CameraStatus | undefined;
  /** The recorder's clock, Unix ms. */
  nowMs: number;
  timeZone: string;
}

export function stateWords({ camera, status, nowMs, timeZone }: StateFacts): StateWords {
  const wanted = wantedAt(camera.recording, nowMs, timeZone);
  const until = wanted.untilMs === null ? '' : ` until ${untilText(wanted.untilMs, nowMs, timeZone)}`;
  const plain = (kind: StateKind, word: string, detail = ''): StateWords => ({ kind, word, detail, reason: '' });
  switch (status?.state) {
    case undefined:
    case 'starting':
      return plain('starting', 'Connecting');
    case 'recording':
      return wanted.record && wanted.by === 'override'
        ? plain('recording', `Recording${until}`)
        : plain('recording', 'Recording', wanted.record ? until.trim() : '');
    case 'live':
      if (!wanted.record)
        return plain(wanted.by === 'schedule' ? 'unscheduled' : 'paused', restingWord(wanted) + until);
      if (status.problem) {
        const { code, reason } = status.problem;
        return { kind: 'failing', word: words[code] ?? 'Not recording', detail: '', reason };
      }
      // Lasts only until the first chunk is written.
      return plain('starting', 'Starting');
    case 'waiting': {
      const inMs = status.retryAt - nowMs;
      const next = inMs > 1_000 ? `next try in ${formatDuration(inMs)}` : 'trying now';
      return {
        kind: wanted.record ? 'failing' : 'offline',
        word: words[status.code] ?? 'Not recording',
        detail: `since ${formatSince(status.since, nowMs, timeZone)} · ${next}`,
        reason: status.reason,
      };
    }
  }
}

function restingWord({ by }: Wanted): string {
  if (by === 'schedule') return 'Not scheduled';
  return by === 'override' ? 'Paused' : 'Recording off';
}

/** Whether the camera sends pictures now. */
export const isStreaming = (status: CameraStatus | undefined): boolean =>
  status?.state === 'recording' || status?.state === 'live';
