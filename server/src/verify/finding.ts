/**
 * What verifying can find. A `problem` is something that is not as it was recorded; `unchecked` is what could not be
 * looked at; a `note` is good to know.
 */
export const verifyKinds = {
  altered: 'problem',
  missing: 'problem',
  inserted: 'problem',
  forged: 'problem',
  container: 'problem',
  away: 'unchecked',
  unreadable: 'unchecked',
  not_covered: 'note',
  not_signed_yet: 'note',
  recovered: 'note',
  other_key: 'note',
  given_up: 'note',
} as const satisfies Record<string, 'problem' | 'unchecked' | 'note'>;

export type VerifyKind = keyof typeof verifyKinds;

export interface VerifyFinding {
  kind: VerifyKind;
  /** A file, or a stream. */
  where: string;
  /** What exactly, for a person. */
  what: string;
  /** Recording time, Unix milliseconds; null where that is not known. */
  from: number | null;
  to: number | null;
  /** First and last, from 1 in their file. */
  pictures: [first: number, last: number] | null;
}

type Place = Partial<Pick<VerifyFinding, 'from' | 'to' | 'pictures'>>;

export const finding = (kind: VerifyKind, where: string, what: string, place: Place = {}): VerifyFinding => ({
  ...{ kind, where, what },
  ...{ from: place.from ?? null, to: place.to ?? null, pictures: place.pictures ?? null },
});

export interface VerifyReport {
  result: 'intact' | 'altered' | 'unchecked';
  /** Fingerprints of keys whose signatures were found. */
  keys: string[];
  /** Whether the keys were given, rather than found beside what they signed. */
  keysGiven: boolean;
  /** What was looked at. */
  records: number;
  files: number;
  pictures: number;
  bytes: number;
  /** Files that the recorder itself removed. */
  removed: number;
  /** Of an export: pictures that the recorder's chain proves, not the manifest alone. */
  provenPictures: number | null;
  tookMs: number;
  /** In the order of time, problems first. */
  findings: VerifyFinding[];
}

/** Nothing that was looked at cannot be vouched for. */
export function resultOf(findings: readonly VerifyFinding[], records: number): VerifyReport['result'] {
  const has = (level: string) => findings.some(({ kind }) => verifyKinds[kind] === level);
  if (has('problem')) return 'altered';
  return has('unchecked') || records === 0 ? 'unchecked' : 'intact';
}

const levels = ['problem', 'unchecked', 'note'];

export const inOrder = (findings: readonly VerifyFinding[]): VerifyFinding[] =>
  findings.toSorted(
    (a, b) =>
      levels.indexOf(verifyKinds[a.kind]) - levels.indexOf(verifyKinds[b.kind]) || (a.from ?? 0) - (b.from ?? 0),
  );
