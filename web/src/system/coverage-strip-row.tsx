import type { CoverageDays } from '@nightjar/contract';
import { Link } from 'wouter';
import { writeAddress } from '../review/address.ts';
import { formatDate } from '../time/format.ts';
import styles from './coverage-strip.module.css';
import { type CellParts, cellKind, cellParts, cellText, sumOf, wantedShareText } from './heat.ts';

interface StripRowProps {
  camera: CoverageDays['cameras'][number];
  days: CoverageDays['days'];
  /** Its place in the strip, from 0. */
  row: number;
  timeZone: string;
}

/** A camera: a cell a day, which leads to that day, and the share of all of them. */
export function StripRow({ camera, days, row, timeZone }: StripRowProps) {
  const { cameraId, name } = camera;
  return (
    <tr className={styles.row} data-testid={`coverage-${cameraId}`}>
      <th scope="row" className={styles.name}>
        {name}
      </th>
      {days.map(({ date, from }, index) => {
        const day = camera.days[index];
        if (!day || cellKind(day) === 'none') return <td key={date} className={styles.cell} data-kind="none" />;
        return (
          <td key={date} className={styles.cell}>
            <Link
              href={writeAddress({ cameraIds: [cameraId], atMs: from, zoomMs: null }, timeZone)}
              data-kind={cellKind(day)}
              data-cell={`${row} ${index}`}
              tabIndex={index === days.length - 1 ? 0 : -1}
              aria-label={`${name}, ${formatDate(from, timeZone)}: ${cellText(day)}. Review`}
            >
              <Parts parts={cellParts(day)} />
            </Link>
          </td>
        );
      })}
      <td className={`tabular ${styles.share}`}>{wantedShareText(sumOf(camera.days))}</td>
    </tr>
  );
}

const order: ReadonlyArray<keyof CellParts> = ['missing', 'off', 'removed', 'recorded'];

function Parts({ parts }: { parts: CellParts }) {
  return order.map(
    (part) => parts[part] > 0 && <i key={part} data-part={part} style={{ height: `${parts[part] * 100}%` }} />,
  );
}
