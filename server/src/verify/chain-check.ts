import path from 'node:path';
import type { EvidenceRecord, RemovedRecord } from '../evidence/index.ts';
import { isSignedBy, linesOf, noRecord, readLine } from '../evidence/index.ts';
import { finding, type VerifyFinding } from './finding.ts';
import type { TrustedKeys } from './keys.ts';

/** What is kept of a record while all of a chain are looked at. */
export interface ChainEntry {
  number: number;
  previous: string;
  hash: string;
  /** null for a record of what was removed. */
  file: string | null;
  from: number;
  to: number;
  isGenuine: boolean;
}

/** A stream's records on all volumes. */
export interface ReadChain {
  /** By their numbers. */
  entries: ChainEntry[];
  /** Number of the newest record that says that a file was removed. */
  removed: Map<string, number>;
  /** Of these the files that are on a volume that was given up. */
  givenUp: Set<string>;
  /** Fingerprints. */
  keys: Set<string>;
  gone: EvidenceRecord['gone'];
  findings: VerifyFinding[];
}

/** Reads the records of days in their order. @param days folders, absolute, of one stream. */
export async function readChain(stream: string, days: readonly string[], trusted: TrustedKeys): Promise<ReadChain> {
  const chain: ReadChain = {
    entries: [],
    removed: new Map(),
    givenUp: new Set(),
    keys: new Set(),
    gone: [],
    findings: [],
  };
  const foreign = new Map<string, EvidenceRecord[]>();
  for (const day of days) {
    let last = 0;
    let broken: number | null = null;
    let lineNumber = 0;
    for await (const line of linesOf(day)) {
      const where = `${stream} ${path.basename(day)}`;
      lineNumber += 1;
      // Of the last line a crash may have left a part.
      if (broken !== null) chain.findings.push(finding('forged', where, `Line ${broken} is no record of evidence.`));
      broken = null;
      const sealed = readLine(line);
      if (!sealed) {
        broken = lineNumber;
        continue;
      }
      const { record, hash } = sealed;
      const { number, previous } = record;
      const [from, to] = record.kind === 'segment' ? [record.from, record.to] : [record.writtenAt, record.writtenAt];
      const key = trusted.get(record.key);
      const isGenuine = key !== undefined && record.stream === stream && isSignedBy(sealed, key);
      if (key === undefined) foreign.set(record.key, [...(foreign.get(record.key) ?? []), record].slice(-2));
      else if (!isGenuine) chain.findings.push(finding('forged', where, forgedText(record, stream), { from, to }));
      else if (number <= last) {
        chain.findings.push(finding('forged', where, `Record ${number} stands behind record ${last}.`, { from, to }));
      }
      chain.entries.push({
        number,
        previous,
        hash,
        file: record.kind === 'segment' ? record.file : null,
        from,
        to,
        isGenuine,
      });
      last = number;
      if (!isGenuine) continue;
      chain.keys.add(record.key);
      if (record.kind === 'removed') noteRemoved(chain, record);
    }
  }
  for (const [key, records] of foreign) {
    const numbers = records.map(({ number }) => number).join(' to ');
    const what = `Record ${numbers} and perhaps others are signed with another key (fingerprint ${key}).`;
    chain.findings.push(finding('forged', stream, what, { from: records[0]?.writtenAt ?? null }));
  }
  chain.entries.sort((a, b) => a.number - b.number);
  return chain;
}

function noteRemoved({ removed, givenUp }: ReadChain, { number, files, reason }: RemovedRecord): void {
  for (const file of files) {
    removed.set(file, number);
    if (reason === 'given_up') givenUp.add(file);
    else givenUp.delete(file);
  }
}

const forgedText = ({ number, stream }: EvidenceRecord, wanted: string): string =>
  stream === wanted
    ? `Record ${number} is not as it was signed.`
    : `Record ${number} is of another camera, "${stream}".`;

interface Links {
  stream: string;
  /** Numbers that went with their days, as the newest record says. */
  gone: EvidenceRecord['gone'];
  /** Whether records before the first one are of no interest. */
  fromMiddle: boolean;
  /** Of the newest record that the database knows. */
  headNumber: number;
  /** Some volumes are not there: what is missing may be on them. */
  away: boolean;
}

/** Follows a chain from record to record. */
export function judgeLinks(entries: readonly ChainEntry[], links: Links): VerifyFinding[] {
  const { stream, fromMiddle, headNumber, away } = links;
  const findings: VerifyFinding[] = [];
  let before: ChainEntry | null = null;
  for (const entry of entries) {
    const wanted: number = (before?.number ?? 0) + 1;
    if (entry.number === before?.number) {
      findings.push(finding('forged', stream, `There are two records ${entry.number}.`, entry));
      continue;
    }
    if (entry.number > wanted && !(before === null && fromMiddle)) {
      findings.push(...missing(wanted, entry.number - 1, { from: before?.to ?? null, to: entry.from }, links));
    } else if (entry.isGenuine && (before?.isGenuine ?? true) && !(before === null && entry.number > 1)) {
      const expected = before?.hash ?? noRecord;
      if (entry.previous !== expected) {
        findings.push(finding('forged', stream, `Record ${entry.number} does not follow the one before it.`, entry));
      }
    }
    before = entry;
  }
  const last = before?.number ?? 0;
  if (headNumber > last) findings.push(...missing(last + 1, headNumber, { from: before?.to ?? null, to: null }, links));
  return away ? findings.map((found) => (found.kind === 'missing' ? { ...found, kind: 'away' } : found)) : findings;
}

function missing(
  first: number,
  last: number,
  place: { from: number | null; to: number | null },
  { stream, gone }: Links,
): VerifyFinding[] {
  const left: string[] = [];
  for (let at = first; at <= last; at += 1) {
    const went = gone.find(([from, to]) => at >= from && at <= to);
    if (went) at = went[1];
    else {
      const until = Math.min(last, ...gone.filter(([from]) => from > at).map(([from]) => from - 1));
      left.push(at === until ? String(at) : `${at} to ${until}`);
      at = until;
    }
  }
  if (left.length === 0) return [];
  return [finding('missing', stream, `Records ${left.join(', ')} of the chain are missing.`, place)];
}
