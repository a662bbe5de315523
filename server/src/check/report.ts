import { amount, counted, duration, whole } from '../shared/amounts.ts';
import type { CheckReport } from './check.ts';
import type { FindingGroup } from './finding.ts';

/** Of each kind this many are printed; `--json` has more. */
const maxShown = 5;

/** The report as it is printed. */
export function reportText(report: CheckReport): string {
  return [headOf(report), '', ...report.findings.flatMap((group) => [...findingLines(group), '']), endOf(report)].join(
    '\n',
  );
}

const modeNames = {
  fast: 'Sizes of files and rows of the index',
  full: 'Boxes of all files and rows of the index',
  media: 'Boxes and pictures of all files and rows of the index',
};

function headOf({ dataDir, mode, files, bytes, tookMs, recorderRunning, volumes }: CheckReport): string {
  const seconds = Math.max(tookMs, 1) / 1_000;
  const there = volumes.filter(({ missing }) => missing === null).length;
  const onVolumes = volumes.length > 1 ? ` on ${there} of ${volumes.length} volumes` : '';
  return [
    `${modeNames[mode]} compared, in ${dataDir}${onVolumes}: ${whole(files)} files, ${amount(bytes)}, in ${duration(seconds)}`,
    `(${whole(files / seconds)} files/s). ${recorderRunning ? 'A recorder is running.' : 'No recorder is running.'}`,
  ].join('\n');
}

/** A kind of findings with its first examples. */
export function findingLines({ level, title, remedy, count, examples, kind }: FindingGroup): string[] {
  const shown = examples.slice(0, maxShown).map(({ where, what }) => `         ${where}${what ? `: ${what}` : ''}`);
  const more = count > maxShown ? [`         … and ${whole(count - maxShown)} more`] : [];
  return [`${level.padEnd(8)} ${title} (${whole(count)} × ${kind})`, ...shown, ...more, `         → ${remedy}`];
}

function endOf({ problems, findings }: CheckReport): string {
  if (problems > 0) return `${counted(problems, 'problem')} found.`;
  return findings.length > 0 ? 'Nothing is wrong; the notes are good to know.' : 'Nothing is wrong.';
}
