import type { Coverage, CoverageDays } from '@nightjar/contract';
import { useQuery } from '@tanstack/react-query';
import { coverageQuery } from '../api/system-queries.ts';
import { causeText, formatLost, isWanted } from '../cameras/coverage.ts';
import { formatDate, formatDuration } from '../time/format.ts';
import styles from './coverage-strip.module.css';
import { causesOf, cellText } from './heat.ts';

/** A cell, and where it is in the strip, px. */
export interface CellPlace {
  row: number;
  day: number;
  x: number;
  y: number;
  height: number;
  width: number;
}

interface CellInfoProps {
  place: CellPlace;
  coverage: CoverageDays;
  timeZone: string;
}

const infoWidth = 290;

/** What a day of a camera is made of, and why parts of it are missing. */
export function CellInfo({ place, coverage, timeZone }: CellInfoProps) {
  const camera = coverage.cameras[place.row];
  const day = camera?.days[place.day];
  const dates = coverage.days[place.day];
  const { data } = useQuery({
    ...coverageQuery(dates?.from ?? 0, dates?.to ?? 0),
    enabled: day !== undefined && day.gapMs > 0,
  });
  if (!camera || !day || !dates) return null;
  const causes = data?.cameras.find(({ cameraId }) => cameraId === camera.cameraId);
  const half = infoWidth / 2;
  return (
    <div
      className={styles.info}
      role="tooltip"
      style={{
        width: infoWidth,
        left: Math.min(Math.max(place.x, half), Math.max(half, place.width - half)),
        top: place.y + place.height + 6,
      }}
    >
      <strong>
        {camera.name}, {formatDate(dates.from, timeZone)}
      </strong>
      <span className="tabular">{cellText(day)}</span>
      {causes && <Causes causes={causes.causes} />}
    </div>
  );
}

function Causes({ causes }: { causes: Coverage['total']['causes'] }) {
  return (
    <span className={`tabular ${styles.causes}`}>
      {causesOf(causes).map(([cause, ms]) => (
        <span key={cause} className={styles.cause}>
          {causeText[cause]}
          <span className={styles.length}>{isWanted(cause) ? formatDuration(ms) : formatLost(ms)}</span>
        </span>
      ))}
    </span>
  );
}
