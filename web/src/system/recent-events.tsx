import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useNow, useTimeZone } from '../api/context.tsx';
import { newestEventsQuery } from '../api/system-queries.ts';
import { ShortEventLine } from './event-line.tsx';
import styles from './events.module.css';
import { Loaded, Section } from './section.tsx';

const count = 12;

/** The newest entries of the event log; how many are seen depends on the room. */
export function RecentEvents() {
  const query = useQuery(newestEventsQuery(count));
  const timeZone = useTimeZone();
  const nowMs = useNow(60_000);
  return (
    <Section
      title="Recent events"
      query={query}
      layout="fill"
      testId="recent-events"
      tools={
        <small>
          <Link href="/system/events">All events</Link>
        </small>
      }
    >
      <Loaded query={query} failed="The events could not be read" skeleton={<Skeleton h={280} />}>
        {(events) =>
          events.length === 0 ? (
            <Text size="sm" c="dimmed" className={styles.recent} p="md">
              Nothing has happened yet.
            </Text>
          ) : (
            <ul className={styles.recent}>
              {events.map((event) => (
                <ShortEventLine key={event.id} event={event} nowMs={nowMs} timeZone={timeZone} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}
