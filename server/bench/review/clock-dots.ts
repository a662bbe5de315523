import { forEachDot } from '../../testing/camera/font.ts';

/** Where `month/clock-picture.ts` writes minute to tenth, and the hour above. */
const texts = [
  { left: 32, top: 44, unit: 6, of: (at: Date) => `${two(at.getUTCHours())}:` },
  {
    ...{ left: 32, top: 104, unit: 6 },
    of: (at: Date) =>
      `${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}.${Math.floor(at.getUTCMilliseconds() / 100)}`,
  },
];
const [columns, rows] = [5, 7];

/** The middles of all dots that a clock may have, pixels of the picture. */
export const clockPlaces: Array<[x: number, y: number]> = texts.flatMap(({ left, top, unit, of }) => {
  const letters = of(new Date(0)).length;
  return Array.from({ length: letters * columns * rows }, (_, at): [number, number] => {
    const letter = Math.floor(at / (columns * rows));
    const [x, y] = [at % columns, Math.floor(at / columns) % rows];
    return [left + (letter * (columns + 1) + x) * unit + unit / 2, top + y * unit + unit / 2];
  });
});

/** Which of them are lit at an instant, in UTC: a `1` or `0` each. */
export function clockDots(atMs: number): string {
  return texts
    .map(({ of }) => {
      const text = of(new Date(atMs));
      const lit = Array.from({ length: text.length * columns * rows }, () => '0');
      forEachDot(text, (x, y) => {
        const letter = Math.floor(x / (columns + 1));
        lit[letter * columns * rows + y * columns + (x % (columns + 1))] = '1';
      });
      return lit.join('');
    })
    .join('');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
