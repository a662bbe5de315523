import type { RecorderEvent } from '@nightjar/contract';
import { IconBookmark, IconLock } from '@tabler/icons-react';
import { type RefObject, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { formatClock, formatDate } from '../../time/format.ts';
import type { Engine } from './engine.ts';
import type { Hover } from './hover.ts';
import type { TimelineProps } from './props.ts';
import styles from './timeline.module.css';
import { hoverWords } from './words.ts';

interface HoverCardProps {
  engine: Engine;
  /** The strip of times: the card stands on it. */
  ground: RefObject<HTMLElement | null>;
  timeZone: string;
  hoverPicture: TimelineProps['hoverPicture'];
}

/** Picture, exact time and what is known of the moment under the pointer; never over the edge of the screen. */
export function HoverCard({ engine, ground, timeZone, hoverPicture }: HoverCardProps) {
  const hover = useSyncExternalStore(engine.hover.subscribe, engine.hover.get);
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (hover && card.current && ground.current) place(card.current, ground.current, hover.x);
  });
  if (!hover) return null;
  const { atMs, camera, moment, frame, mark, events, precision } = hover;
  return createPortal(
    <div ref={card} className={styles.card} data-testid="timeline-hover">
      {moment.state === 'recorded' && hoverPicture?.({ cameraId: camera.id, atMs })}
      <strong className="tabular">
        <span className={styles.cardDate}>{formatDate(atMs, timeZone)}</span> {formatClock(atMs, timeZone, precision)}
      </strong>
      <span className={styles.cardCamera}>{camera.name}</span>
      {moment.state !== 'recorded' && <Words hover={hover} timeZone={timeZone} />}
      {frame && <span className={styles.cardNote}>{frame.keyframe ? 'Keyframe' : 'Frame'}</span>}
      {mark && (
        <span className={styles.cardRemark}>
          {mark.kind === 'lock' ? (
            <IconLock size={14} aria-hidden="true" />
          ) : (
            <IconBookmark size={14} aria-hidden="true" />
          )}
          <span>
            {mark.title || (mark.kind === 'lock' ? 'Lock' : 'Bookmark')}
            {mark.madeBy && <span className={styles.cardNote}> by {mark.madeBy}</span>}
          </span>
        </span>
      )}
      {events.map((event) => (
        <EventLine key={event.id} event={event} timeZone={timeZone} />
      ))}
    </div>,
    document.body,
  );
}

function Words({ hover, timeZone }: { hover: Hover; timeZone: string }) {
  const [what, ...rest] = hoverWords(hover, timeZone);
  return (
    <>
      <span>{what}</span>
      {rest.length > 0 && <span className={`tabular ${styles.cardNote}`}>{rest.join(' · ')}</span>}
    </>
  );
}

function EventLine({ event, timeZone }: { event: RecorderEvent; timeZone: string }) {
  return (
    <span className={styles.cardRemark} data-level={event.level}>
      <span className="tabular">{formatClock(event.since ?? event.at, timeZone)}</span>
      <span>{event.message}</span>
    </span>
  );
}

const marginPx = 8;

/** Above the strip of times, where it grows upwards, or below where there is no room; written without a render. */
function place(card: HTMLElement, ground: HTMLElement, x: number): void {
  const box = ground.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = card;
  const left = Math.min(Math.max(marginPx, box.left + x - width / 2), window.innerWidth - width - marginPx);
  const hasRoom = box.top - height - 2 * marginPx >= 0;
  card.style.transform = `translateX(${Math.round(left)}px)`;
  card.style.top = hasRoom ? 'auto' : `${Math.min(box.bottom + 60, window.innerHeight - height - marginPx)}px`;
  card.style.bottom = hasRoom ? `${window.innerHeight - box.top + 6}px` : 'auto';
}
