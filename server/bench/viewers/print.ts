import type { ViewersResult } from './index.ts';

/** The result as a table, for a terminal. */
export function viewersTable({ crowds, recordedFrames, holes }: ViewersResult): string {
  const row = (cells: string[]) => cells.map((cell, i) => (i === 0 ? cell.padEnd(18) : cell.padStart(14))).join('');
  const lines = [row(['', 'cores', 'KB/viewer', 'Mbyte', 'pictures', 'missing', 'delay p50', 'delay p95', 'cut off'])];
  for (const { kind, viewers, cores, memoryKbPerViewer, report } of crowds) {
    const delay = (share: number) =>
      `${Math.round(report.delaysMs[Math.floor(report.delaysMs.length * share)] ?? 0)} ms`;
    lines.push(
      row([
        `${viewers} ${kind}`,
        cores.toFixed(2),
        memoryKbPerViewer.toFixed(0),
        (report.bytes / 1e6).toFixed(0),
        String(report.pictures),
        String(report.missing),
        delay(0.5),
        delay(0.95),
        String(report.failures.length),
      ]),
    );
    for (const failure of new Set(report.failures)) lines.push(`  ${failure}`);
  }
  lines.push(
    `recorded meanwhile: ${recordedFrames} frames, ${holes.length} holes`,
    ...holes.map((hole) => `  ${hole}`),
  );
  return `${lines.join('\n')}\n`;
}
