import { Text } from '@mantine/core';
import { MomentInput } from '../review/marks/moment-input.tsx';
import { formatDuration } from '../time/format.ts';
import type { ExportForm } from './export-form.ts';
import styles from './exports.module.css';

interface RangeFieldsProps {
  form: ExportForm;
  change(changes: Partial<ExportForm>): void;
  nowMs: number;
  timeZone: string;
  /** What a time without a day is on the day of. */
  aboutMs: number;
}

export function RangeFields({ form: { from, to }, change, aboutMs, ...moment }: RangeFieldsProps) {
  const inOrder = from === null || to === null || from < to;
  return (
    <div>
      <div className={styles.pair}>
        <MomentInput
          label="From"
          value={from}
          onChange={(at) => change({ from: at })}
          aboutMs={from ?? aboutMs}
          testId="export-from"
          {...moment}
        />
        <MomentInput
          label="To"
          value={to}
          onChange={(at) => change({ to: at })}
          aboutMs={to ?? from ?? aboutMs}
          error={inOrder ? null : 'Must be later than the beginning'}
          testId="export-to"
          {...moment}
        />
      </div>
      <Text size="xs" c="dimmed" mt={4} className="tabular" aria-live="polite">
        {from !== null && to !== null && inOrder ? formatDuration(to - from) : ' '}
      </Text>
    </div>
  );
}
