import type { GapCause } from '@nightjar/contract';
import type { Generated, Insertable, Selectable } from 'kysely';

// The columns are described where they are declared: migrations/*.sql.

export interface CamerasTable {
  id: string;
  settings: string;
  created_at: number;
  deleted_at: number | null;
}

export interface RunsTable {
  id: string;
  camera_id: string;
  started_at: number;
  video_codec: 'h264' | 'h265';
  codec_string: string;
  width: number;
  height: number;
  audio_codec: string | null;
  init_length: number;
}

export interface SegmentsTable {
  id: Generated<number>;
  camera_id: string;
  run_id: string;
  sequence: number;
  path: string;
  start_at: number;
  end_at: number;
  size_bytes: number;
  head_length: number;
  state: 'open' | 'closed' | 'deleting';
  chunks: Uint8Array;
}

export interface GapsTable {
  id: Generated<number>;
  camera_id: string;
  from_at: number;
  to_at: number | null;
  cause: GapCause;
}

export interface Tables {
  cameras: CamerasTable;
  runs: RunsTable;
  segments: SegmentsTable;
  gaps: GapsTable;
}

export type RunRow = Selectable<RunsTable>;
export type NewRun = Insertable<RunsTable>;
export type SegmentRow = Selectable<SegmentsTable>;
export type NewSegment = Insertable<SegmentsTable>;
export type GapRow = Selectable<GapsTable>;
export type NewGap = Insertable<GapsTable>;
