import { Button, CloseButton, SegmentedControl, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import type { Mark } from '@nightjar/contract';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { marksQuery } from '../../api/mark-queries.ts';
import { FailedMessage } from '../../ui/message.tsx';
import { MarkItem } from './mark-item.tsx';
import styles from './marks.module.css';
import { isFound } from './words.ts';

interface MarkListProps {
  cameras: ReadonlyArray<{ id: string; name: string }>;
  /** Cameras whose pictures are shown. */
  shown: readonly string[];
  /** The days that are shown. */
  range: { from: number; to: number };
  timeZone: string;
  onGo(mark: Mark): void;
  onEdit(mark: Mark): void;
  onRemove(mark: Mark): void;
  /** Offered where it is given. */
  onExport?: ((mark: Mark) => void) | undefined;
}

/** Bookmarks and locks of what is shown, or of everything; found by words, and gone to by a click. */
export function MarkList(props: MarkListProps) {
  const { cameras, shown, range, timeZone, onGo, onEdit, onRemove, onExport } = props;
  const [scope, setScope] = useState<'shown' | 'all'>('shown');
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const query = useQuery(marksQuery(scope === 'all' ? null : range));
  const names = new Map(cameras.map(({ id, name }) => [id, name]));
  const nameOf = (mark: Mark) => names.get(mark.cameraId) ?? mark.cameraId;
  const marks = query.data?.filter(
    (mark) => (scope === 'all' || shown.includes(mark.cameraId)) && isFound(mark, nameOf(mark), search),
  );
  return (
    <Stack gap="xs" data-testid="mark-list">
      <SegmentedControl
        size="xs"
        aria-label="Which"
        data={[
          { value: 'shown', label: 'Shown' },
          { value: 'all', label: 'All days and cameras' },
        ]}
        value={scope}
        onChange={(value) => setScope(value as typeof scope)}
      />
      <TextInput
        size="xs"
        type="search"
        aria-label="Find bookmarks and locks"
        placeholder="Find"
        data-testid="mark-search"
        leftSection={<IconSearch size={14} />}
        rightSection={typed && <CloseButton size="sm" aria-label="Clear" onClick={() => setTyped('')} />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {query.isError && !marks && (
        <FailedMessage
          title="Bookmarks and locks could not be read"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isPending && <Loading />}
      {marks?.length === 0 && <NoMarks scope={scope} search={search} onAll={() => setScope('all')} />}
      {marks && marks.length > 0 && (
        <ul className={styles.list}>
          {marks.map((mark) => (
            <MarkItem
              key={mark.id}
              mark={mark}
              cameraName={nameOf(mark)}
              showCamera={scope === 'all' || shown.length > 1}
              showDay={scope === 'all' || range.to - range.from > longestDayMs}
              timeZone={timeZone}
              {...{ onGo, onEdit, onRemove, onExport }}
            />
          ))}
        </ul>
      )}
    </Stack>
  );
}

/** When clocks are put back. */
const longestDayMs = 25 * 3_600_000;

interface NoMarksProps {
  scope: 'shown' | 'all';
  search: string;
  onAll(): void;
}

function NoMarks({ scope, search, onAll }: NoMarksProps) {
  return (
    <Stack gap="xs" align="flex-start" role="status">
      <Text size="sm" c="dimmed">
        {search ? `Nothing with “${search}”` : 'No bookmarks or locks'}
        {scope === 'shown' ? ' in what is shown.' : '.'}
        {!search && ' B bookmarks the picture you see, or what you have selected on the timeline.'}
      </Text>
      {scope === 'shown' && (
        <Button size="compact-xs" variant="default" onClick={onAll}>
          Look in all days and cameras
        </Button>
      )}
    </Stack>
  );
}

function Loading() {
  return (
    <Stack gap={6} role="status" aria-label="Reading bookmarks and locks">
      <Skeleton h={44} />
      <Skeleton h={44} />
      <Skeleton h={44} />
    </Stack>
  );
}
