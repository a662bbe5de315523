-- Folders that recordings are written to. The data folder is the first of them.
CREATE TABLE volumes (
  id              TEXT PRIMARY KEY NOT NULL,                       -- UUID, also in the identity file
  name            TEXT NOT NULL,
  path            TEXT NOT NULL UNIQUE,                            -- absolute; "." for the data folder, wherever it is
  position        INTEGER NOT NULL,                                -- order of use
  use             TEXT NOT NULL CHECK (use IN ('record', 'read')),
  quota_bytes     INTEGER,                                         -- NULL: none
  keep_free_bytes INTEGER,                                         -- NULL: the default for its size
  created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO volumes (id, name, path, position, use, created_at)
SELECT lower(printf('%s-%s-4%s-a%s-%s', hex(randomblob(4)), hex(randomblob(2)), substr(hex(randomblob(2)), 2),
                    substr(hex(randomblob(2)), 2), hex(randomblob(6)))),
       'Data folder', '.', 0, 'record', CAST(unixepoch('subsec') * 1000 AS INTEGER);

-- One file, begins at a keyframe. As before, but for the volume.
CREATE TABLE segments_2 (
  id          INTEGER PRIMARY KEY,
  camera_id   TEXT NOT NULL REFERENCES cameras (id),
  volume_id   TEXT NOT NULL REFERENCES volumes (id),
  run_id      TEXT NOT NULL REFERENCES runs (id),
  sequence    INTEGER NOT NULL,                                    -- in its run, from 1
  path        TEXT NOT NULL,                                       -- relative to the volume, "/" between folders
  start_at    INTEGER NOT NULL,                                    -- first frame
  end_at      INTEGER NOT NULL,                                    -- end of the last frame; of an open one, as last flushed
  size_bytes  INTEGER NOT NULL,                                    -- of an open one, as last flushed
  head_length INTEGER NOT NULL,                                    -- offset of the first chunk
  state       TEXT NOT NULL CHECK (state IN ('open', 'closed', 'deleting')),
  holes       TEXT,                                                -- JSON [[from, to], …]: where frames are missing inside; NULL: nowhere
  chunks      BLOB NOT NULL,                                       -- chunk index, as encodeChunkIndex writes it
  UNIQUE (volume_id, path),
  UNIQUE (run_id, sequence)
) STRICT;
INSERT INTO segments_2
SELECT id, camera_id, (SELECT id FROM volumes), run_id, sequence, path, start_at, end_at, size_bytes, head_length, state, NULL, chunks
FROM segments;
DROP TABLE segments;
ALTER TABLE segments_2 RENAME TO segments;
-- Covers timelines and sums, so that a month is answered without touching the rows with their chunk indexes.
CREATE INDEX segments_by_time ON segments (camera_id, start_at, end_at, run_id, state, size_bytes, volume_id, holes);
-- Oldest footage of a volume first, for cleaning; covers its sums.
CREATE INDEX segments_by_volume ON segments (volume_id, start_at, end_at, camera_id, state, size_bytes);
CREATE INDEX segments_unfinished ON segments (state) WHERE state <> 'closed';

-- How much each camera has on each volume, kept by triggers: a sum over millions of rows takes too long.
CREATE TABLE footage_totals (
  camera_id      TEXT NOT NULL,
  volume_id      TEXT NOT NULL,
  segments       INTEGER NOT NULL,
  size_bytes     INTEGER NOT NULL,
  deleting_bytes INTEGER NOT NULL,                                 -- of size_bytes: in state 'deleting'
  PRIMARY KEY (camera_id, volume_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER segments_inserted AFTER INSERT ON segments BEGIN
  INSERT INTO footage_totals
  VALUES (new.camera_id, new.volume_id, 1, new.size_bytes, iif(new.state = 'deleting', new.size_bytes, 0))
  ON CONFLICT DO UPDATE SET segments = segments + 1, size_bytes = size_bytes + excluded.size_bytes,
    deleting_bytes = deleting_bytes + excluded.deleting_bytes;
END;
CREATE TRIGGER segments_changed AFTER UPDATE OF size_bytes, state ON segments
WHEN new.size_bytes <> old.size_bytes OR new.state <> old.state BEGIN
  UPDATE footage_totals SET size_bytes = size_bytes + new.size_bytes - old.size_bytes, deleting_bytes = deleting_bytes
    + iif(new.state = 'deleting', new.size_bytes, 0) - iif(old.state = 'deleting', old.size_bytes, 0)
  WHERE camera_id = new.camera_id AND volume_id = new.volume_id;
END;
CREATE TRIGGER segments_removed AFTER DELETE ON segments BEGIN
  UPDATE footage_totals SET segments = segments - 1, size_bytes = size_bytes - old.size_bytes,
    deleting_bytes = deleting_bytes - iif(old.state = 'deleting', old.size_bytes, 0)
  WHERE camera_id = old.camera_id AND volume_id = old.volume_id;
  DELETE FROM footage_totals WHERE camera_id = old.camera_id AND volume_id = old.volume_id AND segments = 0;
END;
INSERT INTO footage_totals
SELECT camera_id, volume_id, count(*), sum(size_bytes), coalesce(sum(size_bytes) FILTER (WHERE state = 'deleting'), 0)
FROM segments GROUP BY camera_id, volume_id;

-- Footage that was recorded and cleaned away since; neighbours are one row, and rows do not overlap.
CREATE TABLE removed (
  camera_id TEXT NOT NULL REFERENCES cameras (id),
  from_at   INTEGER NOT NULL,
  to_at     INTEGER NOT NULL,
  PRIMARY KEY (camera_id, from_at)
) STRICT, WITHOUT ROWID;

-- Ranges of footage that cleaning leaves alone: locks and bookmarks.
CREATE TABLE marks (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  camera_id  TEXT NOT NULL REFERENCES cameras (id),
  kind       TEXT NOT NULL CHECK (kind IN ('bookmark', 'lock')),
  from_at    INTEGER NOT NULL,
  to_at      INTEGER NOT NULL,
  title      TEXT NOT NULL,
  note       TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX marks_by_time ON marks (camera_id, from_at, to_at);

-- What happened, for people; the oldest go after some months.
CREATE TABLE events (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  at        INTEGER NOT NULL,
  since_at  INTEGER,                                               -- when what it tells of began; NULL: at that moment
  count     INTEGER NOT NULL,                                      -- how many alike it stands for
  last_at   INTEGER NOT NULL,                                      -- the last of those
  camera_id TEXT,                                                  -- NULL: of the recorder; no reference, an event outlives its camera
  kind      TEXT NOT NULL,                                         -- an EventKind of the contract
  level     TEXT NOT NULL CHECK (level IN ('info', 'warning', 'alert')),
  message   TEXT NOT NULL,
  code      TEXT                                                   -- error code, gap cause or the like
) STRICT;
CREATE INDEX events_by_time ON events (at);

-- Measured values, one row for an hour of one series.
CREATE TABLE history (
  subject TEXT NOT NULL,                                           -- a camera's id; '' for the recorder
  series  TEXT NOT NULL,                                           -- a CameraSeries or RecorderSeries of the contract
  hour_at INTEGER NOT NULL,                                        -- beginning of the hour, Unix milliseconds
  samples BLOB NOT NULL,                                           -- 60 little-endian float32, one a minute; NaN: not measured
  PRIMARY KEY (subject, series, hour_at)
) STRICT, WITHOUT ROWID;

-- Files made of days that are over, each a job that survives restarts.
CREATE TABLE archives (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  camera_id        TEXT NOT NULL REFERENCES cameras (id),
  date             TEXT NOT NULL,                                  -- YYYY-MM-DD in the recorder's time zone
  hour             INTEGER,                                        -- of the day, from 0; NULL: the whole day
  from_at          INTEGER NOT NULL,
  to_at            INTEGER NOT NULL,
  format           TEXT NOT NULL CHECK (format IN ('mp4', 'ts', 'mkv')),
  remove_segments  INTEGER NOT NULL CHECK (remove_segments IN (0, 1)),
  state            TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
  progress         REAL NOT NULL,                                  -- 0 to 1
  message          TEXT,
  files            TEXT NOT NULL CHECK (json_valid(files)),        -- ArchiveJob.files
  segments         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(segments)),  -- those to remove: [id, video frames that are in the files] of each
  segments_removed INTEGER NOT NULL CHECK (segments_removed IN (0, 1)),
  finished_at      INTEGER
) STRICT;
CREATE UNIQUE INDEX archives_by_part ON archives (camera_id, date, coalesce(hour, -1), format);
CREATE INDEX archives_by_time ON archives (from_at);
CREATE INDEX archives_unfinished ON archives (state) WHERE state <> 'done';

-- Cameras that archive: the newest day for which jobs were made. Days after it get theirs when they are over.
CREATE TABLE archive_days (
  camera_id TEXT PRIMARY KEY NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
  date      TEXT NOT NULL                                          -- YYYY-MM-DD in the recorder's time zone
) STRICT, WITHOUT ROWID;
