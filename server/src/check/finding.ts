/**
 * What a check can find, each with what it means and what to do. A `problem` means that footage is lost, cannot be
 * reached, or will not be kept right; a `note` is good to know.
 */
export const findingKinds = {
  database_missing: {
    level: 'problem',
    title: 'There are recordings, but no database.',
    remedy: './nightjar reindex makes it anew from the files. The cameras have to be added again, under the same ids.',
  },
  database_damaged: {
    level: 'problem',
    title: 'The database is damaged.',
    remedy: 'Stop the recorder, then ./nightjar reindex. It keeps what can still be read.',
  },
  broken_reference: {
    level: 'problem',
    title: 'Rows of the database refer to others that are not there.',
    remedy: 'Stop the recorder, then ./nightjar reindex.',
  },
  volume_missing: {
    level: 'problem',
    title: 'A volume is not there; its recordings were not looked at.',
    remedy: 'Mount its disk, or correct its path in the recorder.',
  },
  folder_unreadable: {
    level: 'problem',
    title: 'A folder of recordings cannot be read.',
    remedy: "Correct its rights, or see to the disk's health: dmesg, smartctl -a.",
  },
  file_unreadable: {
    level: 'problem',
    title: 'The disk does not give a file back.',
    remedy: "See to the disk's health: dmesg, smartctl -a. Replace it before it fails wholly.",
  },
  file_missing: {
    level: 'problem',
    title: 'The index has segments whose files are gone.',
    remedy: 'If somebody removed them: stop the recorder, then ./nightjar reindex, and the index forgets them.',
  },
  file_shorter: {
    level: 'problem',
    title: 'Files are shorter than the index says: their ends are lost.',
    remedy: "See to the disk's health. Then stop the recorder and run ./nightjar reindex.",
  },
  file_longer: {
    level: 'note',
    title: 'Files are longer than the index says: what follows the last whole chunk of a broken writing.',
    remedy: 'Nothing. They play; the rest is not shown.',
  },
  not_indexed: {
    level: 'problem',
    title: 'Recordings that the index does not know: nobody can see them.',
    remedy: 'Stop the recorder, then ./nightjar reindex.',
  },
  misplaced: {
    level: 'problem',
    title: "Recordings in another camera's folder: nobody can see them.",
    remedy: 'Move each into the folder of its camera, stop the recorder, then ./nightjar reindex.',
  },
  copy: {
    level: 'note',
    title: 'Second copies of recordings; the index has the other one.',
    remedy: 'Remove them by hand if you like; the recorder leaves them alone.',
  },
  unknown_file: {
    level: 'note',
    title: 'Files that are none of ours, or so damaged that they do not say which recording they are.',
    remedy: 'Look at them and move them elsewhere; the recorder leaves them alone.',
  },
  empty_file: {
    level: 'note',
    title: 'Recordings that were broken off before there was anything to play in them.',
    remedy: 'Remove them by hand if you like; the recorder leaves them alone.',
  },
  left_open: {
    level: 'note',
    title: 'Segments that a recorder left open when it was stopped hard.',
    remedy: 'The next start puts them in order.',
  },
  left_deleting: {
    level: 'note',
    title: 'Segments whose deletion was interrupted.',
    remedy: 'The next start finishes it.',
  },
  row_contradiction: {
    level: 'problem',
    title: 'Rows of the index contradict themselves or each other.',
    remedy: 'Stop the recorder, then ./nightjar reindex.',
  },
  overlap: {
    level: 'problem',
    title: 'Segments of one run overlap.',
    remedy: 'Stop the recorder, then ./nightjar reindex. If they still do, the files do: please report it.',
  },
  sums_wrong: {
    level: 'problem',
    title: 'Sums of what cameras have on volumes or in an hour are wrong: so are quotas or timelines.',
    remedy: 'Stop the recorder, then ./nightjar reindex.',
  },
  run_without_segments: {
    level: 'note',
    title: 'Runs of which no segment is left.',
    remedy: 'Nothing.',
  },
  ledger_row: {
    level: 'problem',
    title: 'The ledger of gaps contradicts itself.',
    remedy: 'Please report it. Footage is not concerned.',
  },
  not_accounted: {
    level: 'problem',
    title: 'Recorded time and gaps together are not the time since the camera was added.',
    remedy: 'Please report it. Footage is not concerned.',
  },
  unexplained: {
    level: 'note',
    title: 'Time that was not recorded and of which the ledger knows no cause; shown as "dropped".',
    remedy: 'Look into the log of that time: a disk too slow, a worker that crashed, files that somebody removed.',
  },
  damaged: {
    level: 'problem',
    title: 'Parts of files cannot be read as recordings; what lies before and behind them can.',
    remedy: "See to the disk's health: dmesg, smartctl -a. After ./nightjar reindex playback leaves these parts out.",
  },
  head_damaged: {
    level: 'problem',
    title: 'Files of the index that do not begin as recordings do, or do not say which one they are.',
    remedy: "See to the disk's health. The index still knows what they were; other players may not open them.",
  },
  identity_differs: {
    level: 'problem',
    title: 'Files that say they are another recording than the index says.',
    remedy: 'Stop the recorder, then ./nightjar reindex.',
  },
  index_differs: {
    level: 'problem',
    title: 'The index says other things of files than their own boxes do.',
    remedy: 'Stop the recorder, then ./nightjar reindex.',
  },
  time_broken: {
    level: 'problem',
    title: 'Media time goes back, or leaves something out inside a file.',
    remedy: 'Players may stumble there. Please report it.',
  },
  samples_implausible: {
    level: 'problem',
    title: 'Chunks whose tables of frames cannot be right.',
    remedy: "See to the disk's health. Players may stumble there.",
  },
  bitstream_broken: {
    level: 'problem',
    title: 'Frames whose data is damaged.',
    remedy: "See to the disk's health. The picture is disturbed there until the next keyframe.",
  },
} as const satisfies Record<string, { level: 'problem' | 'note'; title: string; remedy: string }>;

export type FindingKind = keyof typeof findingKinds;

type Words = Partial<Record<FindingKind, { level: 'problem' | 'note'; title: string; remedy: string }>>;

/** The same where an index has just been made from the files. */
export const reindexWords: Words = {
  volume_missing: {
    level: 'problem',
    title: 'A volume is not there; its recordings were not read.',
    remedy: 'Mount its disk, then ./nightjar reindex again.',
  },
  file_missing: {
    level: 'note',
    title: 'Segments whose files are gone: the index has forgotten them.',
    remedy: 'Nothing, if somebody removed them. Their time is shown as "dropped".',
  },
  file_unreadable: {
    level: 'problem',
    title: 'The disk does not give a file back; the index keeps what it knew of it.',
    remedy: "See to the disk's health: dmesg, smartctl -a. Replace it before it fails wholly.",
  },
  left_open: {
    level: 'note',
    title: 'Files with a torn end: the index has them up to their last whole chunk.',
    remedy: 'The next start cuts them off there.',
  },
  misplaced: {
    ...findingKinds.misplaced,
    remedy: 'Move each into the folder of its camera, then ./nightjar reindex again.',
  },
  unknown_file: {
    ...findingKinds.unknown_file,
    remedy: 'Look at them and move them elsewhere. They are left alone; what the index knew of damaged ones it keeps.',
  },
  damaged: {
    ...findingKinds.damaged,
    remedy: "See to the disk's health: dmesg, smartctl -a. Playback leaves these parts out.",
  },
};

export interface Finding {
  kind: FindingKind;
  /** A path, mostly relative to its volume; a camera; a volume. */
  where: string;
  /** What exactly; empty when `where` and the kind say all. */
  what: string;
}

/** Of each kind this many are kept; the others are only counted. */
const maxExamples = 1_000;

export interface FindingGroup {
  kind: FindingKind;
  level: 'problem' | 'note';
  title: string;
  remedy: string;
  count: number;
  examples: Array<Omit<Finding, 'kind'>>;
}

/** Collects what is found, grouped by kind. */
export class Findings {
  readonly #groups = new Map<FindingKind, FindingGroup>();
  readonly #words: Words;

  /** @param words other ones than those of `findingKinds`. */
  constructor(words: Words = {}) {
    this.#words = words;
  }

  add({ kind, where, what }: Finding): void {
    const group = this.#groups.get(kind) ?? {
      kind,
      ...findingKinds[kind],
      ...this.#words[kind],
      count: 0,
      examples: [],
    };
    group.count += 1;
    if (group.examples.length < maxExamples) group.examples.push({ where, what });
    this.#groups.set(kind, group);
  }

  /** Problems first. */
  get groups(): FindingGroup[] {
    return [...this.#groups.values()].sort((a, b) => rank(a) - rank(b));
  }

  /** How many findings are problems. */
  get problems(): number {
    return this.groups.reduce((sum, { level, count }) => sum + (level === 'problem' ? count : 0), 0);
  }
}

const kinds = Object.keys(findingKinds);
const rank = ({ level, kind }: FindingGroup): number => kinds.indexOf(kind) + (level === 'problem' ? 0 : kinds.length);
