import type {
  ArchiveFormat,
  ArchiveJob,
  EventKind,
  ExportJob,
  GapCause,
  Layout,
  RecorderEvent,
} from '@nightjar/contract';
import type { Generated, Insertable, Selectable } from 'kysely';

// The columns are described where they are declared: migrations/*.sql.

/** Whose footage there is: cameras, and under `<camera>.sub` their substreams that are or were recorded. */
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
  volume_id: string;
  run_id: string;
  sequence: number;
  path: string;
  start_at: number;
  end_at: number;
  size_bytes: number;
  head_length: number;
  state: 'open' | 'closed' | 'deleting';
  holes: Generated<string | null>;
  chunks: Uint8Array;
}

export interface GapsTable {
  id: Generated<number>;
  camera_id: string;
  from_at: number;
  to_at: number | null;
  cause: GapCause;
}

export interface RemovedTable {
  camera_id: string;
  from_at: number;
  to_at: number;
}

export interface VolumesTable {
  id: string;
  name: string;
  path: string;
  position: number;
  use: 'record' | 'read';
  quota_bytes: number | null;
  keep_free_bytes: number | null;
  created_at: number;
}

export interface FootageTotalsTable {
  camera_id: string;
  volume_id: string;
  segments: number;
  size_bytes: number;
  deleting_bytes: number;
}

export interface FootageHoursTable {
  camera_id: string;
  hour: number;
  first_at: number;
  last_at: number;
  missing_ms: number;
  holed: number;
}

export interface MarksTable {
  id: Generated<number>;
  camera_id: string;
  kind: 'bookmark' | 'lock';
  from_at: number;
  to_at: number;
  title: string;
  note: string;
  made_by: Generated<string>;
  created_at: number;
}

export interface EventsTable {
  id: Generated<number>;
  at: number;
  since_at: number | null;
  count: number;
  last_at: number;
  camera_id: string | null;
  kind: EventKind;
  level: RecorderEvent['level'];
  message: string;
  code: string | null;
}

export interface HistoryTable {
  subject: string;
  series: string;
  hour_at: number;
  samples: Uint8Array;
}

export interface ArchivesTable {
  id: Generated<number>;
  camera_id: string;
  date: string;
  hour: number | null;
  from_at: number;
  to_at: number;
  format: ArchiveFormat;
  remove_segments: 0 | 1;
  state: ArchiveJob['state'];
  progress: number;
  message: string | null;
  files: string;
  segments: Generated<string>;
  segments_removed: 0 | 1;
  finished_at: number | null;
}

export interface ArchiveDaysTable {
  camera_id: string;
  date: string;
}

export interface LayoutsTable {
  id: string;
  name: string;
  tiles: Layout['tiles'];
  shows: Layout['shows'];
  camera_ids: string;
  groups: string;
  rotate_seconds: number | null;
}

export interface ExportsTable {
  id: Generated<number>;
  request: string;
  title: string;
  made_by: string;
  state: ExportJob['state'];
  progress: number;
  message: string | null;
  volume_id: string | null;
  manifest: string | null;
  keep: 0 | 1;
  created_at: number;
  finished_at: number | null;
  expires_at: number | null;
}

export interface ExportPartsTable {
  export_id: number;
  position: number;
  camera_id: string;
  from_at: number;
  to_at: number;
  state: 'queued' | 'done' | 'empty';
  files: string;
}

/** A view. */
export interface ProtectedRangesTable {
  camera_id: string;
  from_at: number;
  to_at: number;
}

export interface EvidenceHeadsTable {
  stream_id: string;
  number: number;
  hash: string;
}

export interface Tables {
  cameras: CamerasTable;
  runs: RunsTable;
  segments: SegmentsTable;
  gaps: GapsTable;
  removed: RemovedTable;
  volumes: VolumesTable;
  footage_totals: FootageTotalsTable;
  footage_hours: FootageHoursTable;
  marks: MarksTable;
  events: EventsTable;
  history: HistoryTable;
  archives: ArchivesTable;
  archive_days: ArchiveDaysTable;
  layouts: LayoutsTable;
  exports: ExportsTable;
  export_parts: ExportPartsTable;
  protected_ranges: ProtectedRangesTable;
  evidence_heads: EvidenceHeadsTable;
}

export type RunRow = Selectable<RunsTable>;
export type NewRun = Insertable<RunsTable>;
export type SegmentRow = Selectable<SegmentsTable>;
export type NewSegment = Insertable<SegmentsTable>;
export type GapRow = Selectable<GapsTable>;
export type NewGap = Insertable<GapsTable>;
export type VolumeRow = Selectable<VolumesTable>;
export type MarkRow = Selectable<MarksTable>;
export type EventRow = Selectable<EventsTable>;
export type ArchiveRow = Selectable<ArchivesTable>;
export type ExportRow = Selectable<ExportsTable>;
export type ExportPartRow = Selectable<ExportPartsTable>;
export type LayoutRow = Selectable<LayoutsTable>;
