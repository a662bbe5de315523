/** What was measured in equal steps, oldest first; null where nothing was. */
export type Points = ReadonlyArray<number | null>;

export interface Scale {
  min: number;
  max: number;
}

/** What a chart shows in words. */
export interface Summary {
  /** The newest that was measured. */
  last: number;
  min: number;
  max: number;
  mean: number;
}

const measured = (points: Points): number[] => points.filter((point) => point !== null);

/** null when nothing was measured. */
export function summaryOf(points: Points): Summary | null {
  const values = measured(points);
  const last = values.at(-1);
  if (last === undefined) return null;
  const sum = values.reduce((total, value) => total + value, 0);
  return { last, min: Math.min(...values), max: Math.max(...values), mean: sum / values.length };
}

export const totalOf = (points: Points): number => measured(points).reduce((total, value) => total + value, 0);

/** From 0, up to a little above the greatest: a value that hardly changes is a calm line, not a mountain range. */
export function scaleOf(points: Points, atLeast: number): Scale {
  const values = measured(points);
  return { min: Math.min(0, ...values), max: Math.max(atLeast, ...values.map((value) => value * 1.15)) };
}

const round = (value: number) => Math.round(value * 100) / 100;

/** Distance from the top, in a chart of `height`. */
const yOf = (value: number, { min, max }: Scale, height: number) => {
  const share = max > min ? (value - min) / (max - min) : 0;
  return round(height * (1 - Math.min(1, Math.max(0, share))));
};

/** Stretches without a hole: index of the first point, and the values. */
function stretchesOf(points: Points): Array<{ start: number; values: number[] }> {
  const stretches: Array<{ start: number; values: number[] }> = [];
  let open: { start: number; values: number[] } | null = null;
  points.forEach((value, index) => {
    if (value === null) {
      open = null;
    } else if (open) {
      open.values.push(value);
    } else {
      open = { start: index, values: [value] };
      stretches.push(open);
    }
  });
  return stretches;
}

/**
 * SVG path through the middle of each step, one unit wide a step; broken where nothing was measured.
 * A lone point is a dot, drawn as a line of no length with round ends.
 */
export function linePath(points: Points, scale: Scale, height: number): string {
  return stretchesOf(points)
    .map(({ start, values }) => {
      const places = values.map((value, index) => `${start + index + 0.5} ${yOf(value, scale, height)}`);
      return places.length === 1 ? `M${places[0]}h0` : `M${places.join('L')}`;
    })
    .join('');
}

/** The area below that line. */
export function areaPath(points: Points, scale: Scale, height: number): string {
  return stretchesOf(points)
    .filter(({ values }) => values.length > 1)
    .map(({ start, values }) => {
      const places = values.map((value, index) => `${start + index + 0.5} ${yOf(value, scale, height)}`);
      return `M${start + 0.5} ${height}L${places.join('L')}L${start + values.length - 0.5} ${height}Z`;
    })
    .join('');
}

/** A bar for each step that counted something; one is still to be seen beside a thousand. */
export function barsPath(points: Points, scale: Scale, height: number): string {
  return points
    .map((value, index) => {
      if (value === null || value <= 0) return '';
      const top = Math.min(yOf(value, scale, height), height * 0.88);
      return `M${index} ${height}V${round(top)}h1V${height}Z`;
    })
    .join('');
}
