import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import styles from './sparkline.module.css';
import { Sparkline } from './sparkline.tsx';
import { type Points, type Scale, summaryOf } from './sparkline-path.ts';

interface ChartProps {
  /** "Processor, last 24 hours". */
  label: string;
  points: Points;
  scale: Scale;
  height: number;
  /** A value of the chart as text. */
  format(value: number): string;
  /** When a step was, as text. */
  timeOf(index: number): string;
  /** The step that is pointed at, by pointer or arrow keys; null: none. */
  onInspect(index: number | null): void;
}

const keySteps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };

/** A sparkline whose single values can be asked for: by pointing, or with the arrow keys. */
export function Chart({ label, points, scale, height, format, timeOf, onInspect }: ChartProps) {
  const [index, setIndex] = useState<number | null>(null);
  const last = points.length - 1;
  const inspect = (next: number | null) => {
    const within = next === null ? null : Math.min(last, Math.max(0, next));
    setIndex(within);
    onInspect(within);
  };
  const onPointer = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    inspect(Math.floor(((clientX - left) / width) * points.length));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = keySteps[event.key];
    if (event.key === 'Home') inspect(0);
    else if (event.key === 'End') inspect(last);
    else if (event.key === 'Escape') inspect(null);
    else if (step !== undefined) inspect((index ?? last) + step);
    else return;
    event.preventDefault();
  };
  return (
    <div
      className={styles.chart}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={index ?? last}
      aria-valuetext={
        index === null ? inWords(points, format) : `${timeOf(index)}: ${valueText(points[index], format)}`
      }
      onPointerMove={onPointer}
      onPointerDown={onPointer}
      onPointerLeave={() => inspect(null)}
      onKeyDown={onKeyDown}
      onBlur={() => inspect(null)}
    >
      <Sparkline points={points} scale={scale} height={height} label={null} />
      {index !== null && <i className={styles.pointer} style={{ left: `${((index + 0.5) / points.length) * 100}%` }} />}
    </div>
  );
}

export const valueText = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? 'not measured' : format(value);

/** A whole chart as a sentence. */
export function inWords(points: Points, format: (value: number) => string): string {
  const summary = summaryOf(points);
  if (!summary) return 'nothing was measured';
  const { last, min, max, mean } = summary;
  return `last ${format(last)}, from ${format(min)} to ${format(max)}, ${format(mean)} on average`;
}
