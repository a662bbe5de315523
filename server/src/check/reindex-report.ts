import { amount, duration, whole } from '../shared/amounts.ts';
import type { ReindexReport } from './reindex.ts';
import { findingLines } from './report.ts';

/** The report as it is printed. */
export function reindexText(report: ReindexReport): string {
  const lines = [headOf(report), ...databaseLines(report), ...cameraLines(report), ''];
  for (const group of report.findings) lines.push(...findingLines(group), '');
  return [...lines, 'The index is made. Start the recorder again.'].join('\n');
}

function headOf({ dataDir, files, bytes, segments, runs, tookMs }: ReindexReport): string {
  const seconds = Math.max(tookMs, 1) / 1_000;
  const read = `${whole(files)} files, ${amount(bytes)}, in ${duration(seconds)} (${whole(files / seconds)} files/s)`;
  return `Index of ${dataDir} made from ${read}: ${whole(segments)} segments of ${whole(runs)} runs.`;
}

function databaseLines({ database, keptAs, tables }: ReindexReport): string[] {
  if (database === 'missing') {
    return ['There was no database: cameras, causes of gaps, locks and bookmarks are not known any more.'];
  }
  if (database === 'well') return ['Cameras, gaps, locks, events and all else of the database are as they were.'];
  const lost = tables.filter((table) => table.lost !== null).map(({ table }) => table);
  const readable = tables.filter(({ rows }) => rows > 0).map(({ table, rows }) => `${table} (${whole(rows)})`);
  return [
    `The old database was damaged; it is kept as ${keptAs}.`,
    readable.length > 0 ? `Taken over from it: ${readable.join(', ')}.` : 'Nothing in it could be read.',
    ...(lost.length > 0 ? [`Not all could be read of: ${lost.join(', ')}.`] : []),
  ];
}

function cameraLines({ camerasEntered }: ReindexReport): string[] {
  if (camerasEntered.length === 0) return [];
  return [
    `Known only by their footage: ${camerasEntered.join(', ')}.`,
    'Add these cameras again under the same ids, and their footage is theirs.',
  ];
}
