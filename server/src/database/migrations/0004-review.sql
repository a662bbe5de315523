-- Who made a lock or bookmark: a name as it was given, else the address it came from; '' of older ones.
ALTER TABLE marks ADD COLUMN made_by TEXT NOT NULL DEFAULT '';

-- What was asked to be exported, each a job that survives restarts.
CREATE TABLE exports (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  request     TEXT NOT NULL CHECK (json_valid(request)),           -- cameraIds, from, to, dates, settings, as an ExportJob has them
  title       TEXT NOT NULL,
  made_by     TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  progress    REAL NOT NULL,                                       -- 0 to 1
  message     TEXT,
  volume_id   TEXT,                                                -- where its files are; NULL until there is one
  manifest    TEXT CHECK (manifest IS NULL OR json_valid(manifest)), -- {sizeBytes, crc32} of its evidence.json; NULL without
  keep        INTEGER NOT NULL CHECK (keep IN (0, 1)),             -- not removed by itself
  created_at  INTEGER NOT NULL,
  finished_at INTEGER,
  expires_at  INTEGER                                              -- NULL: not finished, or kept
) STRICT;
CREATE INDEX exports_unfinished ON exports (state) WHERE state IN ('queued', 'running');

-- One piece of an export: a camera and a range. Those that are done are not made again after a restart.
CREATE TABLE export_parts (
  export_id INTEGER NOT NULL REFERENCES exports (id) ON DELETE CASCADE,
  position  INTEGER NOT NULL,                                      -- order of work, from 0
  camera_id TEXT NOT NULL,
  from_at   INTEGER NOT NULL,
  to_at     INTEGER NOT NULL,
  state     TEXT NOT NULL CHECK (state IN ('queued', 'done', 'empty')),  -- empty: nothing is recorded there
  files     TEXT NOT NULL CHECK (json_valid(files)),               -- JSON array, what ExportFile needs of each
  PRIMARY KEY (export_id, position)
) STRICT, WITHOUT ROWID;

-- What no rule may take: locks, bookmarks, and what is still to be exported. Of a camera with its substream.
CREATE VIEW protected_ranges AS
  SELECT camera_id, from_at, to_at FROM marks
  UNION ALL
  SELECT part.camera_id, part.from_at, part.to_at
  FROM exports AS export
  JOIN export_parts AS part ON part.export_id = export.id
  WHERE export.state IN ('queued', 'running') AND part.state = 'queued';

-- Where each chain of evidence has got to. The records themselves are beside the recordings.
CREATE TABLE evidence_heads (
  stream_id TEXT PRIMARY KEY NOT NULL,                             -- a camera's id, or that of its substream
  number    INTEGER NOT NULL,                                      -- of the newest record, from 1
  hash      TEXT NOT NULL                                          -- of the newest record, SHA-256, hexadecimal
) STRICT, WITHOUT ROWID;
