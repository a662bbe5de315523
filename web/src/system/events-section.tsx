import { Button, NativeSelect, SegmentedControl, Skeleton, Stack } from '@mantine/core';
import type { EventLevel } from '@nightjar/contract';
import { IconCalendarEvent } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNow, useTimeZone } from '../api/context.tsx';
import { camerasQuery } from '../api/queries.ts';
import { type EventFilter, eventLogQuery } from '../api/system-queries.ts';
import { Message } from '../ui/message.tsx';
import { EventLine } from './event-line.tsx';
import { byDay } from './event-words.ts';
import styles from './events.module.css';
import { Loaded, Section } from './section.tsx';

const levels: Array<{ value: EventLevel; label: string }> = [
  { value: 'info', label: 'All' },
  { value: 'warning', label: 'Warnings and alerts' },
  { value: 'alert', label: 'Alerts' },
];

/** All that happened in the last 90 days. New entries appear as they happen. */
export function EventsSection() {
  const [filter, setFilter] = useState<EventFilter>({ level: null, cameraId: null });
  const { data: cameras = [] } = useQuery(camerasQuery);
  const query = useInfiniteQuery(eventLogQuery(filter));
  const timeZone = useTimeZone();
  const nowMs = useNow(60_000);
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;
  const filters = (
    <div className={styles.filters}>
      <SegmentedControl
        size="xs"
        aria-label="Which events"
        data={levels}
        value={filter.level ?? 'info'}
        onChange={(level) => setFilter({ ...filter, level: level === 'info' ? null : (level as EventLevel) })}
        data-testid="event-level"
      />
      <NativeSelect
        size="xs"
        aria-label="Of which camera"
        value={filter.cameraId ?? ''}
        onChange={(event) => setFilter({ ...filter, cameraId: event.currentTarget.value || null })}
        data={[{ value: '', label: 'All cameras and the recorder' }].concat(
          cameras.map(({ id, name }) => ({ value: id, label: name })),
        )}
        data-testid="event-camera"
      />
    </div>
  );
  return (
    <Section title="Events" tools={filters} query={query} testId="events">
      <Loaded query={query} failed="The events could not be read" skeleton={<Skeleton h={420} />}>
        {({ pages }) => {
          const days = byDay(pages.flat(), nowMs, timeZone);
          if (days.length === 0) return <NoEvents filtered={filter.level !== null || filter.cameraId !== null} />;
          return (
            <Stack gap="md">
              {days.map(({ title, events }) => (
                <div key={title}>
                  <h3 className={styles.dayTitle}>{title}</h3>
                  <ul className={`${styles.list} ${styles.day}`}>
                    {events.map((event) => (
                      <EventLine
                        key={event.id}
                        event={event}
                        cameraName={event.cameraId && nameOf(event.cameraId)}
                        timeZone={timeZone}
                      />
                    ))}
                  </ul>
                </div>
              ))}
              {query.hasNextPage && (
                <Button
                  variant="default"
                  mx="auto"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                  data-testid="more-events"
                >
                  Show older
                </Button>
              )}
            </Stack>
          );
        }}
      </Loaded>
    </Section>
  );
}

function NoEvents({ filtered }: { filtered: boolean }) {
  return (
    <Message icon={<IconCalendarEvent size={26} />} title={filtered ? 'No such events' : 'Nothing has happened yet'}>
      {filtered
        ? 'Nothing of this kind happened in the last 90 days.'
        : 'Starts and stops, cameras that drop and come back, disks that fail or fill: all of it will be listed here.'}
    </Message>
  );
}
