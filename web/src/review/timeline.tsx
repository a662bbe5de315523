import { useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import type { Timeline as TimelineData } from '@nightjar/contract';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Position } from '../player/position.ts';
import { formatClock } from '../time/format.ts';
import { type LocalDay, offsetMsAt } from '../time/zone.ts';
import { drawTimeline, paletteOf, type RowDrawing } from './draw.ts';
import { HoverInfo } from './hover-info.tsx';
import styles from './timeline.module.css';
import { useGestures } from './use-gestures.ts';
import { labelStepMs, lengthOf, minorStepMs, panBy, ticksOf, timeAtX, type View, xOf, zoomAt } from './view.ts';

export interface TimelineRow {
  cameraId: string;
  name: string;
  /** undefined: not read yet. */
  timeline: TimelineData | undefined;
}

interface TimelineProps {
  day: LocalDay;
  timeZone: string;
  nowMs: number;
  rows: readonly TimelineRow[];
  selectedId: string;
  view: View;
  position: Position;
  onView(view: View): void;
  onSeek(cameraId: string, wallMs: number): void;
}

const sizes = { selected: 30, other: 18, between: 5, axis: 28 };

/** One day of footage: a row a camera, gaps hatched, the play head in amber. Wheel or pinch zooms, drag pans, click plays. */
export function Timeline(props: TimelineProps) {
  const { day, timeZone, nowMs, rows, selectedId, view, position, onView, onSeek } = props;
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const surface = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('dark');
  const [hover, setHover] = useState<{ x: number; y: number } | null>(null);
  const places = useMemo(() => placesOf(rows, selectedId), [rows, selectedId]);
  const axisTop = (places.at(-1)?.bottom ?? 0) + 4;
  const height = axisTop + sizes.axis;
  const ref = useMergedRef(sizeRef, surface);

  useGestures(surface, {
    onZoom: (factor, x) => onView(zoomAt(view, day, factor, timeAtX(view, width, x))),
    onPan: (pixels) => onView(panBy(view, day, (-pixels / Math.max(1, width)) * lengthOf(view))),
    onClick: (x, y) => onSeek(placeAt(places, y)?.row.cameraId ?? selectedId, timeAtX(view, width, x)),
    onHover: setHover,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours the style sheet answers
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context || width === 0) return;
    const scale = window.devicePixelRatio || 1;
    canvas.current.width = Math.round(width * scale);
    canvas.current.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const step = labelStepMs(view, width, 58);
    const offset = offsetsWithin(day, timeZone);
    drawTimeline(context, {
      view,
      width,
      palette: paletteOf(canvas.current),
      rows: places.map(
        ({ row, top, bottom }): RowDrawing => ({
          top,
          height: bottom - top,
          selected: row.cameraId === selectedId,
          timeline: row.timeline,
        }),
      ),
      axis: {
        top: axisTop,
        labels: ticksOf(view, step, offset).map((at) => ({
          at,
          text: formatClock(at, timeZone, step < 60_000 ? 'second' : 'minute'),
        })),
        minor: ticksOf(view, minorStepMs(step), offset),
      },
      nowMs,
    });
  }, [view, width, height, places, selectedId, day, timeZone, nowMs, axisTop, scheme]);

  return (
    <div className={styles.timeline}>
      <div className={styles.names} aria-hidden="true">
        {places.map(({ row, top, bottom }) => (
          <span
            key={row.cameraId}
            className={styles.name}
            data-selected={row.cameraId === selectedId}
            style={{ top, height: bottom - top }}
          >
            {row.name}
          </span>
        ))}
      </div>
      <div ref={ref} className={styles.surface} style={{ height }} data-testid="review-timeline">
        <canvas ref={canvas} className={styles.canvas} style={{ height }} />
        <PlayHead position={position} view={view} width={width} height={axisTop + 4} timeZone={timeZone} day={day} />
        {hover && width > 0 && (
          <HoverInfo
            x={hover.x}
            width={width}
            atMs={timeAtX(view, width, hover.x)}
            row={placeAt(places, hover.y)?.row ?? rows.find(({ cameraId }) => cameraId === selectedId)}
            showName={rows.length > 1}
            timeZone={timeZone}
            nowMs={nowMs}
          />
        )}
      </div>
    </div>
  );
}

interface Place {
  row: TimelineRow;
  top: number;
  bottom: number;
}

function placesOf(rows: readonly TimelineRow[], selectedId: string): Place[] {
  let top = 2;
  return rows.map((row) => {
    const bottom = top + (row.cameraId === selectedId ? sizes.selected : sizes.other);
    const place = { row, top, bottom };
    top = bottom + sizes.between;
    return place;
  });
}

const placeAt = (places: readonly Place[], y: number): Place | undefined =>
  places.find(({ top, bottom }) => y >= top - sizes.between / 2 && y < bottom + sizes.between / 2);

/** The zone's offsets in `day`, looked up once: they change at most a few times in it. */
function offsetsWithin(day: LocalDay, timeZone: string): (atMs: number) => number {
  const atStart = offsetMsAt(day.from, timeZone);
  if (offsetMsAt(day.to - 1, timeZone) === atStart) return () => atStart;
  return (atMs) => offsetMsAt(atMs, timeZone);
}

interface PlayHeadProps {
  position: Position;
  view: View;
  width: number;
  height: number;
  timeZone: string;
  day: LocalDay;
}

function PlayHead({ position, view, width, height, timeZone, day }: PlayHeadProps) {
  const wallMs = useSyncExternalStore(position.subscribe, position.get);
  const x = xOf(view, width, wallMs);
  const side = x < 0 ? 'before' : x > width ? 'after' : 'inside';
  return (
    <div
      className={styles.playHead}
      data-side={side}
      style={{ height, transform: `translateX(${Math.round(Math.min(Math.max(0, x), width))}px)` }}
      role="slider"
      tabIndex={0}
      aria-label="Play head"
      aria-valuemin={day.from}
      aria-valuemax={day.to}
      aria-valuenow={Math.round(wallMs)}
      aria-valuetext={formatClock(wallMs, timeZone)}
    />
  );
}
