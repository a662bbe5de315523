-- What each camera has of the segments that begin in an hour: a month of many cameras is told from these rows, and
-- segments are looked at only where something is missing. Kept by triggers, also for rows that others put in. Segments
-- without a frame, and those that are being deleted, do not count.
CREATE TABLE footage_hours (
  camera_id  TEXT NOT NULL,
  hour       INTEGER NOT NULL,                                     -- hours since 1970, UTC
  first_at   INTEGER NOT NULL,                                     -- where the first of them begins
  last_at    INTEGER NOT NULL,                                     -- where the last one ends; mostly in the next hour
  missing_ms INTEGER NOT NULL,                                     -- the longest time between them that none covers, at most; 0: none
  holed      INTEGER NOT NULL,                                     -- how many have holes
  PRIMARY KEY (camera_id, hour)
) STRICT, WITHOUT ROWID;

INSERT INTO footage_hours
SELECT camera_id, hour, min(start_at), max(end_at), max(0, max(start_at - before)), count(holes)
FROM (
  SELECT camera_id, start_at / 3600000 AS hour, start_at, end_at, holes,
    coalesce(max(end_at) OVER (PARTITION BY camera_id, start_at / 3600000 ORDER BY start_at
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), start_at) AS before
  FROM segments WHERE state <> 'deleting' AND end_at > start_at
)
GROUP BY camera_id, hour;

-- A segment's camera and start never change. One that comes out of order may fill what was missing: that shows when
-- another of the hour changes, and until then segments are looked at in vain.
CREATE TRIGGER hours_after_insert AFTER INSERT ON segments
WHEN new.state <> 'deleting' AND new.end_at > new.start_at BEGIN
  INSERT INTO footage_hours
  VALUES (new.camera_id, new.start_at / 3600000, new.start_at, new.end_at, 0, new.holes IS NOT NULL)
  ON CONFLICT DO UPDATE SET first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at),
    missing_ms = max(missing_ms, excluded.first_at - last_at, first_at - excluded.last_at), holed = holed + excluded.holed;
END;
CREATE TRIGGER hours_after_update AFTER UPDATE OF end_at, state, holes ON segments
WHEN new.end_at <> old.end_at OR new.state <> old.state OR new.holes IS NOT old.holes BEGIN
  DELETE FROM footage_hours WHERE camera_id = new.camera_id AND hour = new.start_at / 3600000;
  INSERT INTO footage_hours
  SELECT camera_id, new.start_at / 3600000, min(start_at), max(end_at), max(0, max(start_at - before)), count(holes)
  FROM (
    SELECT camera_id, start_at, end_at, holes, coalesce(max(end_at) OVER (ORDER BY start_at
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), start_at) AS before
    FROM segments
    WHERE camera_id = new.camera_id AND start_at >= new.start_at - new.start_at % 3600000
      AND start_at < new.start_at - new.start_at % 3600000 + 3600000 AND state <> 'deleting' AND end_at > start_at
  )
  GROUP BY camera_id;
END;
CREATE TRIGGER hours_after_delete AFTER DELETE ON segments WHEN old.state <> 'deleting' BEGIN
  DELETE FROM footage_hours WHERE camera_id = old.camera_id AND hour = old.start_at / 3600000;
  INSERT INTO footage_hours
  SELECT camera_id, old.start_at / 3600000, min(start_at), max(end_at), max(0, max(start_at - before)), count(holes)
  FROM (
    SELECT camera_id, start_at, end_at, holes, coalesce(max(end_at) OVER (ORDER BY start_at
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), start_at) AS before
    FROM segments
    WHERE camera_id = old.camera_id AND start_at >= old.start_at - old.start_at % 3600000
      AND start_at < old.start_at - old.start_at % 3600000 + 3600000 AND state <> 'deleting' AND end_at > start_at
  )
  GROUP BY camera_id;
END;
