/** A reading of HLS media playlists that is independent of the code that writes them. */

export interface ListedPart {
  uri: string;
  durationS: number;
  independent: boolean;
}

export interface ListedSegment {
  sequence: number;
  discontinuitySequence: number;
  /** Null: the newest one, of which there are only parts. */
  uri: string | null;
  /** Null for the newest one. */
  durationS: number | null;
  discontinuity: boolean;
  map: string | null;
  dateMs: number | null;
  parts: ListedPart[];
}

export interface MediaPlaylist {
  tags: Map<string, string>;
  targetDurationS: number;
  partTargetS: number | null;
  control: Record<string, string>;
  sequence: number;
  discontinuitySequence: number;
  skipped: number;
  /** The last one may be of parts only. */
  segments: ListedSegment[];
  hint: string | null;
  reports: Record<string, string>[];
}

/** An attribute list (4.2), quotes taken off. */
export const attributesOf = (list: string): Record<string, string> =>
  Object.fromEntries(
    [...list.matchAll(/([A-Z0-9-]+)=("([^"]*)"|[^,]*)/g)].map(([, name, raw, quoted]) => [name, quoted ?? raw]),
  );

const headerTags = new Set([
  'EXT-X-VERSION',
  'EXT-X-TARGETDURATION',
  'EXT-X-SERVER-CONTROL',
  'EXT-X-PART-INF',
  'EXT-X-MEDIA-SEQUENCE',
  'EXT-X-DISCONTINUITY-SEQUENCE',
  'EXT-X-INDEPENDENT-SEGMENTS',
  'EXT-X-SKIP',
]);

/** @throws when it is none, or has a line that is unknown here. */
export function parseMediaPlaylist(text: string): MediaPlaylist {
  const lines = text.split('\n');
  if (lines[0] !== '#EXTM3U' || lines.at(-1) !== '') throw new Error(`no playlist: ${text}`);
  const tags = new Map<string, string>();
  const segments: ListedSegment[] = [];
  const reports: Record<string, string>[] = [];
  let hint: string | null = null;
  let map: string | null = null;
  let sequence = Number.NaN;
  let discontinuitySequence = Number.NaN;
  let current: Omit<ListedSegment, 'sequence' | 'discontinuitySequence' | 'map'> = empty();
  let isBegun = false;
  const finish = () => {
    if (!isBegun) {
      sequence = Number(tags.get('EXT-X-MEDIA-SEQUENCE')) + skippedIn(tags);
      discontinuitySequence = Number(tags.get('EXT-X-DISCONTINUITY-SEQUENCE') ?? 0);
    }
    isBegun = true;
    if (current.discontinuity) discontinuitySequence += 1;
    segments.push({ ...current, sequence: sequence++, discontinuitySequence, map });
    current = empty();
  };
  for (const line of lines.slice(1, -1)) {
    const [, tag, value = ''] = /^#(EXT[A-Z-]*):?(.*)$/.exec(line) ?? [];
    if (tag === undefined) {
      current.uri = line;
      finish();
    } else if (headerTags.has(tag)) {
      if (tags.has(tag) || isBegun) throw new Error(`${tag} is out of place`);
      tags.set(tag, value);
    } else if (tag === 'EXTINF') current.durationS = Number.parseFloat(value);
    else if (tag === 'EXT-X-DISCONTINUITY') current.discontinuity = true;
    else if (tag === 'EXT-X-MAP') map = attributesOf(value).URI ?? null;
    else if (tag === 'EXT-X-PROGRAM-DATE-TIME') current.dateMs = Date.parse(value);
    else if (tag === 'EXT-X-PART') current.parts.push(partOf(attributesOf(value)));
    else if (tag === 'EXT-X-PRELOAD-HINT') hint = attributesOf(value).URI ?? null;
    else if (tag === 'EXT-X-RENDITION-REPORT') reports.push(attributesOf(value));
    else throw new Error(`what is ${line}?`);
  }
  if (current.parts.length > 0) finish();
  else if (current.dateMs !== null || current.discontinuity) throw new Error('tags of a segment that is not there');
  const partInf = tags.get('EXT-X-PART-INF');
  return {
    tags,
    targetDurationS: Number(tags.get('EXT-X-TARGETDURATION')),
    partTargetS: partInf === undefined ? null : Number(attributesOf(partInf)['PART-TARGET']),
    control: attributesOf(tags.get('EXT-X-SERVER-CONTROL') ?? ''),
    sequence: Number(tags.get('EXT-X-MEDIA-SEQUENCE')),
    discontinuitySequence: Number(tags.get('EXT-X-DISCONTINUITY-SEQUENCE')),
    skipped: skippedIn(tags),
    segments,
    hint,
    reports,
  };
}

const skippedIn = (tags: Map<string, string>): number =>
  Number(attributesOf(tags.get('EXT-X-SKIP') ?? '')['SKIPPED-SEGMENTS'] ?? 0);

const empty = () => ({
  uri: null as string | null,
  durationS: null as number | null,
  discontinuity: false,
  dateMs: null as number | null,
  parts: [] as ListedPart[],
});

const partOf = (attributes: Record<string, string>): ListedPart => ({
  uri: attributes.URI ?? '',
  durationS: Number(attributes.DURATION),
  independent: attributes.INDEPENDENT === 'YES',
});

/** What a player makes of a delta update and the playlist it had before (6.3.7). */
export function mergedWith(before: MediaPlaylist, delta: MediaPlaylist): MediaPlaylist {
  const skipped = Array.from({ length: delta.skipped }, (_, at) => {
    const known = before.segments.find(({ sequence, uri }) => sequence === delta.sequence + at && uri !== null);
    if (!known) throw new Error(`segment ${delta.sequence + at} was skipped, but is not known`);
    return { ...known, parts: [] };
  });
  const mapBefore = skipped.at(-1)?.map ?? null;
  const cc = (skipped.at(-1)?.discontinuitySequence ?? delta.discontinuitySequence) - delta.discontinuitySequence;
  const rest = delta.segments.map((segment) => ({
    ...segment,
    map: segment.map ?? mapBefore,
    discontinuitySequence: segment.discontinuitySequence + cc,
  }));
  const tags = new Map(delta.tags);
  tags.delete('EXT-X-SKIP');
  return { ...delta, tags, skipped: 0, segments: [...skipped, ...rest] };
}
