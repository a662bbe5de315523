import { SegmentedControl, Skeleton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import type { History, RecorderSeries } from '@nightjar/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClockAhead, useTimeZone } from '../api/context.tsx';
import { historyQuery, systemQuery } from '../api/system-queries.ts';
import { formatBytes, formatSince } from '../time/format.ts';
import { Chart, valueText } from './chart.tsx';
import styles from './load.module.css';
import { Loaded, Section } from './section.tsx';
import { scaleOf, summaryOf } from './sparkline-path.ts';

const choices = [
  { value: '1', label: '1 h', text: 'last hour' },
  { value: '24', label: '24 h', text: 'last 24 hours' },
  { value: '168', label: '7 days', text: 'last 7 days' },
];

/** How many hours charts show; the same on every page. */
export function useHistoryHours() {
  const [value, setValue] = useLocalStorage({ key: 'nightjar-history-hours', defaultValue: '24' });
  const choice = choices.find((each) => each.value === value) ?? { value: '24', text: 'last 24 hours' };
  const control = (
    <SegmentedControl
      size="xs"
      aria-label="How much time the charts show"
      data={choices.map(({ value, label }) => ({ value, label }))}
      value={choice.value}
      onChange={setValue}
    />
  );
  return { hours: Number(choice.value), text: choice.text, control };
}

export function useHistory(hours: number) {
  const aheadMs = useClockAhead();
  return useQuery({ ...historyQuery(hours, 120, aheadMs), placeholderData: keepPreviousData });
}

interface Measure {
  series: RecorderSeries;
  label: string;
  format(value: number): string;
  /** The chart's scale goes at least this far. */
  atLeast: number;
}

const measures: Measure[] = [
  { series: 'cpuShare', label: 'Processor', format: (share) => `${Math.round(share * 100)} %`, atLeast: 0.5 },
  { series: 'memoryBytes', label: 'Memory', format: formatBytes, atLeast: 0 },
  {
    series: 'diskWriteBytesPerSecond',
    label: 'Written to disk',
    format: (rate) => `${formatBytes(rate)}/s`,
    atLeast: 100_000,
  },
  { series: 'writeBacklogBytes', label: 'Waiting to be written', format: formatBytes, atLeast: 8_000_000 },
];

/** What the recorder takes of the machine. */
export function LoadSection() {
  const { hours, text, control } = useHistoryHours();
  const history = useHistory(hours);
  return (
    <Section title="Load of the recorder" tools={control} query={history} testId="load">
      <Loaded query={history} failed="The load could not be read" skeleton={<Skeleton h={137} />}>
        {(data) => (
          <div className={styles.cards}>
            {measures.map((measure) => (
              <LoadCard key={measure.series} measure={measure} history={data} timeText={text} />
            ))}
          </div>
        )}
      </Loaded>
    </Section>
  );
}

interface LoadCardProps {
  measure: Measure;
  history: History;
  timeText: string;
}

function LoadCard({ measure, history, timeText }: LoadCardProps) {
  const { series, label, format, atLeast } = measure;
  const [index, setIndex] = useState<number | null>(null);
  const { data: system } = useQuery(systemQuery);
  const timeZone = useTimeZone();
  const points = history.recorder[series] ?? [];
  const now = system?.[series] ?? points.findLast((point) => point !== null);
  const timeOf = (at: number) => formatSince(history.from + at * history.stepMs, history.to, timeZone);
  return (
    <div className={styles.card} data-testid={`load-${series}`}>
      <div className={styles.label}>{label}</div>
      <div className={`tabular ${styles.value}`}>{valueText(index === null ? now : points[index], format)}</div>
      <Chart
        label={`${label}, ${timeText}`}
        points={points}
        scale={scaleOf(points, atLeast)}
        height={36}
        format={format}
        timeOf={timeOf}
        onInspect={setIndex}
      />
      <div className={`tabular ${styles.note}`}>{index === null ? rangeText(points, format) : timeOf(index)}</div>
    </div>
  );
}

function rangeText(points: History['recorder'][RecorderSeries], format: (value: number) => string): string {
  const summary = summaryOf(points);
  if (!summary) return 'not measured yet';
  const [least, most] = [format(summary.min), format(summary.max)];
  return least === most ? `always ${least}` : `${least} to ${most}`;
}
