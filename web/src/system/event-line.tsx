import type { EventLevel, RecorderEvent } from '@nightjar/contract';
import { IconAlertTriangle, IconAlertTriangleFilled, IconInfoCircle } from '@tabler/icons-react';
import { formatClock, formatSince } from '../time/format.ts';
import { eventNote, levelWord } from './event-words.ts';
import styles from './events.module.css';

const icons: Record<EventLevel, typeof IconInfoCircle> = {
  info: IconInfoCircle,
  warning: IconAlertTriangle,
  alert: IconAlertTriangleFilled,
};

/** Icon and word; never colour alone. `icon` alone where there is no room, the word for those who do not see it. */
export function Level({ level, show = 'word' }: { level: EventLevel; show?: 'word' | 'icon' }) {
  const Icon = icons[level];
  return (
    <span className={styles.level} data-level={level} title={show === 'icon' ? levelWord[level] : undefined}>
      <Icon size={15} aria-hidden="true" />
      <span className={show === 'icon' ? 'unseen' : undefined}>{levelWord[level]}</span>
    </span>
  );
}

interface EventLineProps {
  event: RecorderEvent;
  /** null: of the recorder. */
  cameraName: string | null;
  timeZone: string;
}

/** An entry of the full list, below the name of its day. */
export function EventLine({ event, cameraName, timeZone }: EventLineProps) {
  const note = eventNote(event, timeZone);
  return (
    <li className={styles.line} data-testid="event" data-kind={event.kind} data-level={event.level}>
      <Level level={event.level} />
      <time className="tabular" dateTime={new Date(event.at).toISOString()}>
        {formatClock(event.at, timeZone)}
      </time>
      <span className={styles.camera}>{cameraName ?? 'Recorder'}</span>
      <span className={styles.message}>
        {event.message}
        {note && <span className={`tabular ${styles.note}`}> ({note})</span>}
      </span>
    </li>
  );
}

interface ShortEventLineProps {
  event: RecorderEvent;
  nowMs: number;
  timeZone: string;
}

/** An entry among the newest. */
export function ShortEventLine({ event, nowMs, timeZone }: ShortEventLineProps) {
  return (
    <li className={styles.short} data-testid="recent-event" data-level={event.level}>
      <Level level={event.level} show="icon" />
      <span className={styles.shortMessage}>{event.message}</span>
      <time className="tabular" dateTime={new Date(event.at).toISOString()}>
        {formatSince(event.at, nowMs, timeZone)}
      </time>
    </li>
  );
}
