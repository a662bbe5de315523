import { Text } from '@mantine/core';
import type { ExportCreate, ExportEstimate } from '@nightjar/contract';
import { IconInfoCircle } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { estimateNotes, estimateText } from './export-words.ts';
import styles from './exports.module.css';

interface EstimateProps {
  query: Pick<UseQueryResult<ExportEstimate>, 'data' | 'error' | 'isPlaceholderData'>;
  /** null: something is missing on the form. */
  wish: ExportCreate | null;
  exact: boolean;
}

/** What it comes to, before it is asked for. Keeps its height. */
export function Estimate({ query: { data, error, isPlaceholderData }, wish, exact }: EstimateProps) {
  const notes = wish && data && data.files > 0 ? estimateNotes(data, exact ? 'exact' : 'keyframe') : [];
  return (
    <div className={styles.estimate} data-stale={isPlaceholderData || undefined} aria-live="polite">
      <Text size="sm" fw={600} className="tabular" data-testid="export-estimate">
        {textOf(wish, data, error)}
      </Text>
      {notes.map((note) => (
        <Text key={note} size="xs" c="dimmed" className={styles.note}>
          <IconInfoCircle size={14} aria-hidden="true" />
          {note}
        </Text>
      ))}
    </div>
  );
}

function textOf(wish: ExportCreate | null, data: ExportEstimate | undefined, error: Error | null): string {
  if (wish === null) return 'Choose cameras and when.';
  if (error) return `What it comes to is not known: ${error.message}`;
  if (!data) return 'Looking what is recorded …';
  return data.files === 0 ? 'Nothing is recorded there.' : estimateText(data);
}
