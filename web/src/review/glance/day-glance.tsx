import { ActionIcon, Button, CloseButton, Modal, SegmentedControl, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { Timeline } from '@nightjar/contract';
import { IconArrowLeft, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { formatClock, formatDate } from '../../time/format.ts';
import type { LocalDay } from '../../time/zone.ts';
import { cellsOf, daySpans, hourAround, hourSpans, type Stretch } from './cells.ts';
import styles from './glance.module.css';
import { GlanceGrid } from './glance-grid.tsx';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export interface DayGlanceProps {
  cameraId: string;
  cameraName: string;
  day: LocalDay;
  timeZone: string;
  /** Of the day; undefined while it is read. */
  timeline: Timeline | undefined;
  /** The moment that is shown now: its cell is marked. */
  atMs: number;
  onPlay(atMs: number): void;
  onClose(): void;
  /** By whole days; without it, there is no way to other days. */
  onDay?: ((step: -1 | 1) => void) | undefined;
}

/** A day on one screen: a picture for each span of it. */
export function DayGlance(props: DayGlanceProps) {
  const { cameraId, cameraName, day, timeZone, timeline, atMs, onPlay, onClose, onDay } = props;
  const phone = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const [spans, setSpans] = useState({ day: phone ? 60 : 30, hour: phone ? 5 : 2 });
  const [zoomed, setZoomed] = useState<Stretch | null>(null);
  const [startAtMs, setStartAtMs] = useState(atMs);
  const hour = zoomed && zoomed.from >= day.from && zoomed.from < day.to ? zoomed : null;
  const spanMinutes = hour ? spans.hour : spans.day;
  const cells = cellsOf(hour ?? day, spanMinutes * minuteMs, timeline);
  const from = (hour ?? day).from;

  const step = (direction: -1 | 1) => {
    if (!hour) onDay?.(direction);
    else setZoomed(hourAround(Math.min(Math.max(hour.from + direction * hourMs, day.from), day.to - 1), day));
  };
  const zoom = (momentMs: number) => {
    setStartAtMs(momentMs);
    setZoomed(hourAround(momentMs, day));
  };
  const toWholeDay = () => {
    if (hour) setStartAtMs(hour.from);
    setZoomed(null);
  };
  const leave = () => (hour ? toWholeDay() : onClose());
  const onKeyDown = (event: KeyboardEvent) => {
    const own: Record<string, () => void> = {
      Escape: leave,
      d: onClose,
      PageUp: () => event.shiftKey && step(-1),
      PageDown: () => event.shiftKey && step(1),
    };
    // The page below has other uses for the same keys.
    event.stopPropagation();
    own[event.key.length === 1 ? event.key.toLowerCase() : event.key]?.();
  };
  return (
    <Modal
      opened
      fullScreen
      padding={0}
      withCloseButton={false}
      closeOnEscape={false}
      onClose={onClose}
      transitionProps={{ duration: 0 }}
      classNames={{ body: styles.body, content: styles.content }}
      aria-label={`${cameraName} at a glance, ${formatDate(day.from, timeZone, 'with-year')}`}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of whatever is focused inside */}
      <div className={styles.glance} data-testid="glance" data-zoomed={hour !== null} onKeyDown={onKeyDown}>
        <header className={styles.header}>
          <div className={styles.title}>
            {hour && (
              <Button
                variant="default"
                size="xs"
                className={styles.back}
                leftSection={<IconArrowLeft size={15} />}
                onClick={toWholeDay}
                data-testid="glance-whole-day"
              >
                Whole day
              </Button>
            )}
            <Steps
              what={hour ? 'hour' : 'day'}
              onStep={hour || onDay ? step : undefined}
              words={
                hour
                  ? `${formatClock(hour.from, timeZone, 'minute')} – ${formatClock(hour.to, timeZone, 'minute')}`
                  : formatDate(day.from, timeZone, 'with-year')
              }
            />
            <span className={styles.camera}>
              {cameraName}
              {hour && !phone && `, ${formatDate(day.from, timeZone)}`}
            </span>
          </div>
          <SegmentedControl
            size="xs"
            className={styles.spans}
            aria-label="A picture every"
            data-testid="glance-span"
            value={String(spanMinutes)}
            onChange={(value) => setSpans({ ...spans, [hour ? 'hour' : 'day']: Number(value) })}
            data={(hour ? hourSpans : daySpans).map((span) => ({ value: String(span), label: `${span} min` }))}
          />
          <Tooltip label="Close (Esc)">
            <CloseButton className={styles.close} aria-label="Close" onClick={onClose} data-testid="glance-close" />
          </Tooltip>
        </header>
        <GlanceGrid
          key={`${cameraId} ${from} ${spanMinutes}`}
          cameraId={cameraId}
          cells={cells}
          loading={timeline === undefined}
          spanMinutes={spanMinutes}
          timeZone={timeZone}
          atMs={atMs}
          startAtMs={startAtMs}
          onPlay={onPlay}
          onZoom={hour ? undefined : zoom}
        />
      </div>
    </Modal>
  );
}

interface StepsProps {
  what: 'day' | 'hour';
  words: string;
  onStep: ((direction: -1 | 1) => void) | undefined;
}

function Steps({ what, words, onStep }: StepsProps) {
  const before = what === 'day' ? 'Day before' : 'Hour before';
  const next = what === 'day' ? 'Next day' : 'Next hour';
  return (
    <div className={styles.steps}>
      {onStep && (
        <ActionIcon variant="subtle" color="gray" aria-label={before} onClick={() => onStep(-1)}>
          <IconChevronLeft size={18} />
        </ActionIcon>
      )}
      <h2 className={`tabular ${styles.words}`}>{words}</h2>
      {onStep && (
        <ActionIcon variant="subtle" color="gray" aria-label={next} onClick={() => onStep(1)}>
          <IconChevronRight size={18} />
        </ActionIcon>
      )}
    </div>
  );
}
