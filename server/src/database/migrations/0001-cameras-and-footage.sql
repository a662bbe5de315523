-- All instants are integer Unix milliseconds of the recorder's clock; ranges are half-open.

CREATE TABLE cameras (
  id         TEXT PRIMARY KEY NOT NULL,                            -- slug, also the camera's folder under recordings/
  settings   TEXT NOT NULL CHECK (json_valid(settings)),           -- JSON; holds the stream's password
  created_at INTEGER NOT NULL,                                     -- when it was added (again)
  deleted_at INTEGER                                               -- NULL while the camera exists; a deleted one stays for its footage
) STRICT;

-- An unbroken stretch from one pipeline with one codec configuration.
CREATE TABLE runs (
  id           TEXT PRIMARY KEY NOT NULL,                          -- UUID
  camera_id    TEXT NOT NULL REFERENCES cameras (id),
  started_at   INTEGER NOT NULL,                                   -- media time 0
  video_codec  TEXT NOT NULL CHECK (video_codec IN ('h264', 'h265')),
  codec_string TEXT NOT NULL,                                      -- RFC 6381, comma-joined, video first
  width        INTEGER NOT NULL,                                   -- pixels
  height       INTEGER NOT NULL,                                   -- pixels
  audio_codec  TEXT,                                               -- NULL without sound
  init_length  INTEGER NOT NULL                                    -- bytes of ftyp + moov, the same in each segment of the run
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_camera ON runs (camera_id, started_at);

-- One file, begins at a keyframe.
CREATE TABLE segments (
  id          INTEGER PRIMARY KEY,
  camera_id   TEXT NOT NULL REFERENCES cameras (id),
  run_id      TEXT NOT NULL REFERENCES runs (id),
  sequence    INTEGER NOT NULL,                                    -- in its run, from 1
  path        TEXT NOT NULL UNIQUE,                                -- relative to the data directory, "/" between folders
  start_at    INTEGER NOT NULL,                                    -- first frame
  end_at      INTEGER NOT NULL,                                    -- end of the last frame; of an open one, as last flushed
  size_bytes  INTEGER NOT NULL,                                    -- of an open one, as last flushed
  head_length INTEGER NOT NULL,                                    -- offset of the first chunk
  state       TEXT NOT NULL CHECK (state IN ('open', 'closed', 'deleting')),
  chunks      BLOB NOT NULL,                                       -- chunk index, as encodeChunkIndex writes it
  UNIQUE (run_id, sequence)
) STRICT;
-- Covers timelines and sums, so that a month is answered without touching the rows with their chunk indexes.
CREATE INDEX segments_by_time ON segments (camera_id, start_at, end_at, run_id, state, size_bytes);
CREATE INDEX segments_unfinished ON segments (state) WHERE state <> 'closed';

-- Why a camera was not recorded.
CREATE TABLE gaps (
  id        INTEGER PRIMARY KEY,
  camera_id TEXT NOT NULL REFERENCES cameras (id),
  from_at   INTEGER NOT NULL,
  to_at     INTEGER,                                               -- NULL while it lasts
  cause     TEXT NOT NULL                                          -- a GapCause of the contract
) STRICT;
CREATE INDEX gaps_by_time ON gaps (camera_id, from_at);
