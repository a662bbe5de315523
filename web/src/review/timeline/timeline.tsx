import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { readFrames, readTimelines } from '../../api/timeline-queries.ts';
import { axisPx } from './engine.ts';
import { HoverCard } from './hover-card.tsx';
import { actOnKey } from './keys.ts';
import type { TimelineProps } from './props.ts';
import { placeRows } from './rows.ts';
import styles from './timeline.module.css';
import { useEngine } from './use-engine.ts';
import { useEscape } from './use-escape.ts';
import { useRemarks } from './use-remarks.ts';
import { selectionWords } from './words.ts';

/**
 * Footage of any number of cameras over time, a row each, from two months down to single frames. Wheel or pinch zooms,
 * drag pans, click seeks, shift and drag (or a finger that rests) selects a range. React only draws what is around it.
 */
export function Timeline(props: TimelineProps) {
  const { cameras, playing, timeZone, position, hoverPicture, selection, onSeek, onSelection } = props;
  const input = useMediaQuery('(max-width: 47.99em), (pointer: coarse)', false, { getInitialValueInEffect: false })
    ? 'thumb'
    : 'mouse';
  const [failure, setFailure] = useState<Error | null>(null);
  const remarks = useRemarks(props.view);
  const { engine, refs } = useEngine({
    ...props,
    remarks,
    input,
    readTimelines: (range, signal) =>
      readTimelines(
        cameras.map(({ id }) => id),
        range,
        signal,
      ),
    readFrames,
    onFailure: setFailure,
  });
  useEscape(selection !== null, () => onSelection(null));
  const { rows, height } = placeRows(cameras, playing, input);

  const onKey = (event: KeyboardEvent) => {
    if (!engine || !actOnKey(event.nativeEvent, engine, props)) return;
    event.preventDefault();
    // The page has a use for some of these keys too.
    event.stopPropagation();
  };

  return (
    <div ref={refs.root} className={styles.timeline} data-input={input} data-testid="review-timeline">
      <div ref={refs.ground} className={styles.ground} style={{ height: axisPx }}>
        <canvas ref={refs.axis} className={styles.axis} />
        <canvas ref={refs.overlay} className={styles.overlay} />
        <div
          ref={refs.slider}
          className={styles.slider}
          role="slider"
          tabIndex={0}
          aria-label="Play head"
          aria-valuenow={Math.round(position.get())}
          aria-describedby="timeline-keys"
          data-testid="play-head"
          onKeyDown={onKey}
        />
        <span id="timeline-keys" className="unseen">
          Plus and minus zoom, 0 shows the day. Arrows move the play head; with shift, the view; with control, to the
          next gap, event or mark. Up and down go to other cameras.
        </span>
        <output className="unseen" data-testid="timeline-selection">
          {selection && `Selected ${Object.values(selectionWords(selection, timeZone)).join(', ')}`}
        </output>
        {failure && (
          <div className={styles.failure} role="alert">
            <IconAlertTriangle size={16} aria-hidden="true" />
            <span>The timeline could not be read. {failure.message}</span>
            <Button size="compact-xs" variant="default" onClick={() => engine?.renew()}>
              Try again
            </Button>
          </div>
        )}
      </div>
      <section ref={refs.scroller} className={styles.scroller} aria-label="Cameras">
        <div className={styles.names} style={{ height }}>
          {rows.map(({ camera, top, height: rowHeight, isSelected, isPlaying }) => (
            <button
              key={camera.id}
              type="button"
              className={styles.name}
              aria-pressed={isPlaying}
              data-selected={isSelected}
              data-testid={`timeline-row-${camera.id}`}
              style={{ top, height: rowHeight }}
              title={camera.name}
              onClick={() => onSeek(camera.id, position.get())}
            >
              <span>{camera.name}</span>
            </button>
          ))}
        </div>
        <canvas ref={refs.rows} className={styles.rows} />
      </section>
      {engine && <HoverCard engine={engine} ground={refs.ground} timeZone={timeZone} hoverPicture={hoverPicture} />}
    </div>
  );
}
