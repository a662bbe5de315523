-- Walls of pictures as people have put them together.
CREATE TABLE layouts (
  id             TEXT PRIMARY KEY NOT NULL,                        -- slug of the name it was first given
  name           TEXT NOT NULL UNIQUE COLLATE NOCASE,
  tiles          INTEGER NOT NULL CHECK (tiles IN (1, 4, 9, 16, 25)),  -- pictures at once
  shows          TEXT NOT NULL CHECK (shows IN ('cameras', 'groups', 'all')),
  camera_ids     TEXT NOT NULL CHECK (json_valid(camera_ids)),     -- JSON array; null: an empty place; no nulls at its end
  groups         TEXT NOT NULL CHECK (json_valid(groups)),         -- JSON array of names; empty: every group
  rotate_seconds INTEGER                                           -- how long each page is shown; NULL: until told
) STRICT, WITHOUT ROWID;
