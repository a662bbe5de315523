import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../check/progress.ts';
import { linesOf, numberIn, readLine, type SegmentRecord } from '../evidence/index.ts';
import { scanHead } from '../media/fmp4/index.ts';
import { evidenceFileName } from '../recording/index.ts';
import { exists } from '../shared/disk-files.ts';
import { readStreamId } from '../shared/stream-id.ts';
import { judgeLinks, type ReadChain, readChain } from './chain-check.ts';
import { finding, inOrder, resultOf, type VerifyFinding, type VerifyReport } from './finding.ts';
import type { TrustedKeys } from './keys.ts';
import { checkSegment } from './segment-check.ts';

export interface FootageWish {
  /** Absolute. */
  roots: readonly string[];
  /** Names of volumes that are not there. */
  away: readonly string[];
  /** Of all when null. */
  cameraId: string | null;
  from: number;
  to: number;
  trusted: TrustedKeys;
  /** Of the newest record of each stream that the database knows. */
  heads: ReadonlyMap<string, number>;
  progress: Progress;
  isRecorderRunning(): boolean;
}

/** Longer than a day's name is away from UTC, and a segment lasts. */
const aroundMs = 38 * 3_600_000;
/** In which a running recorder says what it has removed. */
const settleMs = 2_000;

type Totals = Pick<VerifyReport, 'records' | 'files' | 'pictures' | 'bytes' | 'removed'>;

/** Checks recordings against their chains; changes nothing. Records are kept in memory without their hashes, files by chunk. */
export async function verifyFootage(wish: FootageWish): Promise<VerifyReport> {
  const began = performance.now();
  const totals: Totals = { records: 0, files: 0, pictures: 0, bytes: 0, removed: 0 };
  const keys = new Set<string>();
  const findings: VerifyFinding[] = wish.away.map((name) =>
    finding('away', `volume "${name}"`, 'It is not there; what is on it was not looked at.'),
  );
  for (const stream of await streamsIn(wish)) {
    const days = await daysIn(wish, stream);
    const evidence = await withEvidence(days);
    wish.progress.begin(`Reading the records of ${stream}`);
    const chain = await readChain(stream, evidence, wish.trusted);
    for (const key of chain.keys) keys.add(key);
    totals.records += chain.entries.length;
    const links = await linksOf(wish, stream, evidence);
    findings.push(...chain.findings, ...judgeLinks(chain.entries, links));
    findings.push(...(await judgeFiles({ ...wish, stream, days: evidence, chain, totals })));
    findings.push(...(await judgeUncovered(wish, days, chain)));
  }
  wish.progress.end();
  return {
    result: resultOf(findings, totals.records),
    ...{ keys: [...keys], keysGiven: wish.trusted.given, ...totals, provenPictures: null },
    ...{ tookMs: Math.round(performance.now() - began), findings: inOrder(findings) },
  };
}

async function streamsIn({ roots, cameraId }: FootageWish): Promise<string[]> {
  const names = await Promise.all(roots.map((root) => readdir(path.join(root, 'recordings')).catch(() => [])));
  return [...new Set(names.flat())]
    .filter((name) => cameraId === null || readStreamId(name).cameraId === cameraId)
    .sort();
}

/** Folders of the days that may have records of the range, and of all later ones, which tell of what was removed. */
async function daysIn({ roots, from }: FootageWish, stream: string): Promise<string[]> {
  const first = from > 0 ? new Date(from - aroundMs).toISOString().slice(0, 10) : '';
  const days: string[] = [];
  for (const root of roots) {
    const folder = path.join(root, 'recordings', stream);
    const names = await readdir(folder).catch(() => []);
    days.push(...names.filter((name) => name >= first).map((name) => path.join(folder, name)));
  }
  return days.sort((a, b) => (path.basename(a) < path.basename(b) ? -1 : 1));
}

async function withEvidence(days: readonly string[]): Promise<string[]> {
  const there = await Promise.all(days.map((day) => exists(path.join(day, evidenceFileName))));
  return days.filter((_, at) => there[at]);
}

async function linksOf({ from, away, heads }: FootageWish, stream: string, days: readonly string[]) {
  const { gone } = await newestOf(days);
  return { stream, gone, fromMiddle: from > 0, headNumber: heads.get(stream) ?? 0, away: away.length > 0 };
}

/** What the record with the highest number says of those that went before it. */
async function newestOf(days: readonly string[]): Promise<Pick<SegmentRecord, 'number' | 'gone'>> {
  let newest: Pick<SegmentRecord, 'number' | 'gone'> = { number: 0, gone: [] };
  for (const day of days) {
    for await (const line of linesOf(day)) {
      const record = (numberIn(line) ?? 0) > newest.number ? readLine(line)?.record : undefined;
      if (record) newest = { number: record.number, gone: record.gone };
    }
  }
  return newest;
}

interface FileParts extends FootageWish {
  stream: string;
  days: readonly string[];
  chain: ReadChain;
  totals: Totals;
}

/** Each file that a genuine record of the range tells of. */
async function judgeFiles(parts: FileParts): Promise<VerifyFinding[]> {
  const { chain, days, from, to, progress, stream, totals } = parts;
  const genuine = new Map(chain.entries.filter(({ isGenuine }) => isGenuine).map((entry) => [entry.hash, entry]));
  const inRange = chain.entries.filter((entry) => entry.file !== null && entry.from < to && entry.to > from).length;
  progress.begin(`Reading the files of ${stream}`, inRange);
  const findings: VerifyFinding[] = [];
  const missing: SegmentRecord[] = [];
  let recovered = 0;
  for (const day of days) {
    for await (const line of linesOf(day)) {
      const { record, hash } = readLine(line) ?? {};
      if (record?.kind !== 'segment' || !genuine.has(hash ?? '') || record.from >= to || record.to <= from) continue;
      const file = await placeOf(record, parts.roots);
      if (record.recovered && file !== null) recovered += 1;
      if (file === null) missing.push(record);
      else findings.push(...(await judgeFile(file, record)));
      totals.files += file === null ? 0 : 1;
      totals.bytes += file === null ? 0 : record.sizeBytes;
      totals.pictures += file === null ? 0 : record.chunks.reduce((sum, chunk) => sum + chunk[3], 0);
      progress.add(1, file === null ? 0 : record.sizeBytes);
    }
  }
  if (recovered > 0) {
    const what = `${recovered} files were hashed only after a crash, not when they were written.`;
    findings.push(finding('recovered', stream, what));
  }
  return [...findings, ...(await judgeMissing(parts, missing)), ...(await judgeGivenUp(parts))];
}

/** Also of files whose records are where they are. */
async function judgeGivenUp({ chain, roots, stream }: FileParts): Promise<VerifyFinding[]> {
  let away = 0;
  for (const file of chain.givenUp) if ((await placeOf({ file }, roots)) === null) away += 1;
  if (away === 0) return [];
  const what = `${away} files are on a volume that was given up, and were not looked at; name it with --volume.`;
  return [finding('given_up', stream, what)];
}

async function placeOf({ file }: Pick<SegmentRecord, 'file'>, roots: readonly string[]): Promise<string | null> {
  for (const root of roots) if (await exists(path.join(root, file))) return path.join(root, file);
  return null;
}

async function judgeFile(file: string, record: SegmentRecord): Promise<VerifyFinding[]> {
  try {
    return await checkSegment(file, record, record.file);
  } catch (error) {
    const { from, to } = record;
    return [finding('unreadable', record.file, `It cannot be read: ${(error as Error).message}.`, { from, to })];
  }
}

/** What was removed by the recorder, perhaps just now, is not missing. */
async function judgeMissing(parts: FileParts, missing: readonly SegmentRecord[]): Promise<VerifyFinding[]> {
  const { chain, days, totals, trusted, stream, away } = parts;
  let removed = chain.removed;
  const isRemoved = ({ file, number }: SegmentRecord) => (removed.get(file) ?? 0) > number;
  if (missing.some((record) => !isRemoved(record)) && parts.isRecorderRunning()) {
    await sleep(settleMs);
    removed = (await readChain(stream, days, trusted)).removed;
  }
  totals.removed += missing.filter((record) => isRemoved(record) && !chain.givenUp.has(record.file)).length;
  return missing
    .filter((record) => !isRemoved(record))
    .map(({ file, from, to, chunks }) => {
      const last = chunks.reduce((sum, chunk) => sum + chunk[3], 0);
      const kind = away.length > 0 ? 'away' : 'missing';
      return finding(kind, file, 'The file is not there, and the recorder did not remove it.', {
        from,
        to,
        pictures: [1, last],
      });
    });
}

/** Files that no record tells of. */
async function judgeUncovered(wish: FootageWish, days: readonly string[], chain: ReadChain): Promise<VerifyFinding[]> {
  const covered = new Set(chain.entries.map(({ file }) => file));
  const ofFiles = chain.entries.filter(({ file }) => file !== null);
  const first = ofFiles.reduce((min, { from }) => Math.min(min, from), Number.POSITIVE_INFINITY);
  const last = ofFiles.reduce((max, { to }) => Math.max(max, to), Number.NEGATIVE_INFINITY);
  const findings: VerifyFinding[] = [];
  for (const day of days) {
    const names = (await readdir(day).catch(() => [])).filter((name) => name.endsWith('.mp4')).sort();
    for (const name of names) {
      const file = path.relative(path.resolve(day, '../../..'), path.join(day, name));
      if (covered.has(file)) continue;
      const { info } = await scanHead(path.join(day, name)).catch(() => ({ info: null }));
      const at = info === null ? null : Math.round(info.startMs);
      if (at !== null && (at < wish.from || at >= wish.to)) continue;
      findings.push(uncovered(file, at, { first, last, away: wish.away.length > 0 }));
    }
  }
  return findings;
}

/** Between segments that follow one another, of two runs too. */
const betweenMs = 2_000;

interface Covered {
  first: number;
  last: number;
  away: boolean;
}

function uncovered(file: string, at: number | null, { first, last, away }: Covered): VerifyFinding {
  const place = at === null ? {} : { from: at };
  if (at !== null && at < first) {
    return finding('not_covered', file, 'It is from before there was evidence: nothing is known of it.', place);
  }
  if (at !== null && at >= last - betweenMs) {
    return finding('not_signed_yet', file, 'It is newer than the newest record: not finished, or put there.', place);
  }
  if (away) return finding('away', file, 'Its record may be on a volume that is not there.', place);
  return finding('inserted', file, 'No record tells of this file: it was put there.', place);
}
