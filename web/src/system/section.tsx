import { Button, Text } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useClockAhead, useTimeZone } from '../api/context.tsx';
import { formatClock } from '../time/format.ts';
import { FailedMessage } from '../ui/message.tsx';
import styles from './section.module.css';

type AnyQuery = Pick<UseQueryResult<unknown>, 'data' | 'error' | 'isError' | 'dataUpdatedAt' | 'refetch'>;

interface SectionProps {
  title: string;
  /** Controls, right of the title. */
  tools?: ReactNode;
  /** What is shown; when it cannot be renewed, the title says from when it is. */
  query?: AnyQuery;
  children: ReactNode;
  testId?: string;
  /** `fill`: as high as its place. */
  layout?: 'natural' | 'fill';
}

/** A part of a page with its title. */
export function Section({ title, tools, query, children, testId, layout = 'natural' }: SectionProps) {
  return (
    <section className={styles.section} data-layout={layout} data-testid={testId} aria-label={title}>
      <header className={styles.header}>
        <h2>{title}</h2>
        {query && <StaleNote query={query} />}
        <div className={styles.tools}>{tools}</div>
      </header>
      {children}
    </section>
  );
}

/** Says that what is shown could not be renewed, and from when it is. */
function StaleNote({ query }: { query: AnyQuery }) {
  const timeZone = useTimeZone();
  const aheadMs = useClockAhead();
  if (!query.isError || query.data === undefined) return null;
  return (
    <Text size="xs" c="dimmed" className={`tabular ${styles.stale}`} role="status">
      <IconCloudOff size={14} aria-hidden="true" />
      <span title={query.error?.message}>As of {formatClock(query.dataUpdatedAt + aheadMs, timeZone)}</span>
      <Button variant="subtle" color="gray" size="compact-xs" onClick={() => void query.refetch()}>
        Try again
      </Button>
    </Text>
  );
}

interface LoadedProps<Data> {
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>;
  /** What could not be read: "The events could not be read". */
  failed: string;
  /** In place of the content until it is there; about as high. */
  skeleton: ReactNode;
  children: (data: Data) => ReactNode;
}

/** Content that is read: a skeleton first, then the content, or what went wrong. Old content stays when it cannot be renewed. */
export function Loaded<Data>({ query, failed, skeleton, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    return (
      <div className={styles.card}>
        <FailedMessage title={failed} error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  return (
    <div role="status" aria-label="Loading" aria-busy="true">
      {skeleton}
    </div>
  );
}
