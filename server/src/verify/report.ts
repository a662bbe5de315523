import { amount, counted, duration, whole } from '../shared/amounts.ts';
import { type VerifyFinding, type VerifyReport, verifyKinds } from './finding.ts';

const shown = 50;

/** For people. */
export function verifyText(report: VerifyReport): string {
  const { findings, keys, keysGiven, records, files, pictures, bytes, removed, provenPictures, tookMs } = report;
  const seconds = Math.max(tookMs, 1) / 1_000;
  const lines = [
    `${counted(files, 'file')}, ${counted(pictures, 'picture')}, ${amount(bytes)}, ${counted(records, 'record')} in ` +
      `${duration(tookMs / 1_000)} (${amount(bytes / seconds)}/s)`,
  ];
  if (removed > 0) lines.push(`${whole(removed)} more files were removed by the recorder itself, as its records say.`);
  if (provenPictures !== null) {
    const others = report.result === 'intact' ? ', the others by the manifest alone' : '';
    lines.push(`${whole(provenPictures)} pictures are proven by the recorder's chain${others}.`);
  }
  for (const key of keys) lines.push(`Signed with the key ${key}${keysGiven ? ', as given' : ''}`);
  if (keys.length > 0 && !keysGiven) {
    lines.push(
      'The key was found beside what it signed: compare it with the fingerprint that you noted (--fingerprint).',
    );
  }
  for (const level of ['problem', 'unchecked', 'note'] as const) {
    const ofLevel = findings.filter(({ kind }) => verifyKinds[kind] === level);
    lines.push(...ofLevel.slice(0, shown).map(lineOf));
    if (ofLevel.length > shown) lines.push(`… and ${whole(ofLevel.length - shown)} more (--json has all)`);
  }
  return [...lines, '', verdictOf(report)].join('\n');
}

function verdictOf({ result, findings }: VerifyReport): string {
  if (result === 'intact') return 'Nothing was altered.';
  if (result === 'unchecked') return 'Not all could be checked; nothing that could be was altered.';
  const first = findings.find(({ kind }) => verifyKinds[kind] === 'problem');
  return `NOT AS IT WAS RECORDED. First: ${first ? lineOf(first) : ''}`;
}

function lineOf({ kind, where, what, from, to, pictures }: VerifyFinding): string {
  const times = [from, to].filter((at) => at !== null).map((at) => new Date(at).toISOString());
  const numbers = pictures ? `, pictures ${pictures[0]} to ${pictures[1]}` : '';
  const place = times.length > 0 ? ` [${[...new Set(times)].join(' to ')}${numbers}]` : numbers;
  return `${kind}: ${where}${place}: ${what}`;
}
