import type { ReviewOptions, ReviewResult } from './index.ts';

const aims = { dayMs: 50, monthMs: 200, seekMs: 250, fps: 60 };
/** Less does not show in the figures. */
const busyCores = 0.2;
/** A frame that took longer is one that was left out, at 60 a second. */
const lateMs = 25;

/** The results as tables, for a terminal. */
export function reviewTable(result: ReviewResult, { days, cameras }: ReviewOptions): string {
  const { segments, answers, drawn, moving, seeksMs, hoversMs, missed, otherCores, complaints } = result;
  const row = (name: string, cells: string[]) => name.padEnd(26) + cells.map((cell) => cell.padStart(12)).join('');
  const lines = [
    `${days} days of ${cameras} cameras, ${segments} segments; ms unless said otherwise`,
    row('timeline, HTTP', ['first', 'p50', 'p95', 'aim', 'KB']),
    ...answers.map(({ name, firstMs, furtherMs, sizeBytes }) => {
      const aim = name.startsWith('month') ? aims.monthMs : aims.dayMs;
      return row(name, [
        firstMs.toFixed(0),
        at(furtherMs, 0.5),
        at(furtherMs, 0.95),
        `${aim}`,
        (sizeBytes / 1_000).toFixed(1),
      ]);
    }),
    row('timeline until drawn', ['', 'p50', 'p95']),
    ...drawn.map(({ name, ms }) => row(name, ['', at(ms, 0.5), at(ms, 0.95)])),
    row('timeline moving', ['frames/s', 'p95', 'longest', 'aim', `over ${lateMs} ms`]),
    ...moving.map(({ name, framesMs }) => row(name, frameCells(framesMs))),
    row('until the picture is seen', ['', 'p50', 'p95', 'aim', 'never']),
    row(`${seeksMs.length + missed.seeks} seeks`, [
      '',
      at(seeksMs, 0.5),
      at(seeksMs, 0.95),
      `${aims.seekMs}`,
      `${missed.seeks}`,
    ]),
    row(`${hoversMs.length + missed.hovers} hovers`, [
      '',
      at(hoversMs, 0.5),
      at(hoversMs, 0.95),
      '',
      `${missed.hovers}`,
    ]),
  ];
  if (otherCores > busyCores) {
    lines.push(`Other work took ${otherCores.toFixed(1)} cores meanwhile; without it all is faster.`);
  }
  // Most of the month's rows have no file: there is no picture under the pointer on its way.
  const unexpected = complaints.filter((complaint) => !complaint.includes('/keyframe.mp4'));
  for (const complaint of unexpected.slice(0, 5)) lines.push(`The page complained: ${complaint}`);
  return `${lines.join('\n')}\n`;
}

function frameCells(framesMs: readonly number[]): string[] {
  const total = framesMs.reduce((sum, ms) => sum + ms, 0);
  const late = framesMs.filter((ms) => ms > lateMs).length;
  const fps = (framesMs.length * 1_000) / total;
  return [fps.toFixed(1), at(framesMs, 0.95), at(framesMs, 1), `${aims.fps}/s`, `${late} of ${framesMs.length}`];
}

const at = (ascending: readonly number[], share: number): string =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))]?.toFixed(0) ?? '–';
