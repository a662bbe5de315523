import { SegmentedControl, Skeleton, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import type { CoverageDays } from '@nightjar/contract';
import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, type FocusEvent, type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useNow, useTimeZone } from '../api/context.tsx';
import { camerasQuery } from '../api/queries.ts';
import { coverageDaysQuery } from '../api/system-queries.ts';
import { formatDate } from '../time/format.ts';
import { addDays, dateAt, dayOfDate } from '../time/zone.ts';
import { CellInfo, type CellPlace } from './coverage-cell-info.tsx';
import styles from './coverage-strip.module.css';
import { StripRow } from './coverage-strip-row.tsx';
import { Loaded, Section } from './section.tsx';

const minuteMs = 60_000;

/** The coverage of the last `count` local days, today included. */
export function useCoverageDays(count: number) {
  const timeZone = useTimeZone();
  const today = dateAt(useNow(minuteMs), timeZone);
  const from = dayOfDate(addDays(today, 1 - count), timeZone).from;
  return useQuery(coverageDaysQuery(from, dayOfDate(today, timeZone).to));
}

/** How much of each of the last days is recorded of each camera. */
export function CoverageStrip() {
  const [count, setCount] = useLocalStorage<'7' | '30'>({ key: 'nightjar-coverage-days', defaultValue: '7' });
  const query = useCoverageDays(Number(count));
  const cameraCount = useQuery(camerasQuery).data?.length ?? 4;
  return (
    <Section
      title="Coverage"
      query={query}
      testId="coverage-strip"
      tools={
        <SegmentedControl
          size="xs"
          aria-label="How many days"
          value={count}
          onChange={(value) => setCount(value as '7' | '30')}
          data={[
            { value: '7', label: '7 days' },
            { value: '30', label: '30 days' },
          ]}
        />
      }
    >
      <Loaded query={query} failed="The coverage could not be read" skeleton={<Skeleton h={44 + cameraCount * 30} />}>
        {(coverage) =>
          coverage.cameras.length === 0 ? (
            <Text size="sm" c="dimmed" className={styles.empty}>
              As soon as there is a camera, this shows how much of each day is recorded.
            </Text>
          ) : (
            <Strip coverage={coverage} />
          )
        }
      </Loaded>
    </Section>
  );
}

function Strip({ coverage }: { coverage: CoverageDays }) {
  const timeZone = useTimeZone();
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<CellPlace | null>(null);
  const { days, cameras } = coverage;
  const show = ({ target }: PointerEvent | FocusEvent) => setPlace(placeOf(target, box.current));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setPlace(null);
    else if (moveFocus(event.target, event.key)) event.preventDefault();
  };
  return (
    <div ref={box} className={styles.box}>
      <table
        className={styles.strip}
        data-days={days.length > 7 ? 'many' : 'few'}
        data-cameras={cameras.length > 8 ? 'many' : 'few'}
        style={{ '--days': days.length } as CSSProperties}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: arrow keys move from cell to cell, as in a grid
        role="grid"
        aria-label="Coverage by camera and day"
        onPointerOver={show}
        onPointerLeave={() => setPlace(null)}
        onFocus={show}
        onBlur={() => setPlace(null)}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr className={styles.head}>
            <th className={styles.name}>
              <span className="unseen">Camera</span>
            </th>
            {days.map(({ date, from }, index) => (
              <th key={date} scope="col" className="tabular">
                {headOf(from, timeZone, days.length, index)}
              </th>
            ))}
            <th className={styles.share}>
              <span className="unseen">All days</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {cameras.map((camera, row) => (
            <StripRow key={camera.cameraId} camera={camera} days={days} row={row} timeZone={timeZone} />
          ))}
        </tbody>
      </table>
      {place && <CellInfo place={place} coverage={coverage} timeZone={timeZone} />}
    </div>
  );
}

/** "Sun 22" above each of a few days; of many, the date above each seventh, counted from today. */
function headOf(from: number, timeZone: string, count: number, index: number): string {
  const [weekday, day, month] = formatDate(from, timeZone).split(' ');
  if (count <= 7) return `${weekday} ${day}`;
  return (count - 1 - index) % 7 === 0 ? `${day} ${month}` : '';
}

function placeOf(target: EventTarget, box: HTMLElement | null): CellPlace | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-cell]') : null;
  if (!cell || !box) return null;
  const [row = 0, day = 0] = (cell.dataset.cell ?? '').split(' ').map(Number);
  const [inner, outer] = [cell.getBoundingClientRect(), box.getBoundingClientRect()];
  return {
    row,
    day,
    x: inner.left + inner.width / 2 - outer.left,
    y: inner.top - outer.top,
    height: inner.height,
    width: outer.width,
  };
}

const arrows: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** One cell a camera is in the tab order; arrow keys go on from there. Answers whether the key was one of them. */
function moveFocus(target: EventTarget, key: string): boolean {
  const step = arrows[key];
  if (!step || !(target instanceof HTMLElement)) return false;
  const [row = 0, day = 0] = (target.dataset.cell ?? '').split(' ').map(Number);
  const wanted = `[data-cell="${row + step[0]} ${day + step[1]}"]`;
  target.closest('[role=grid]')?.querySelector<HTMLElement>(wanted)?.focus();
  return true;
}
