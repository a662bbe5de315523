import type { MediaPlaylist } from './hls-playlist.ts';

/** Rounding of durations to five decimals. */
const exactS = 0.000_02;

/** What is against draft-pantos-hls-rfc8216bis in one playlist. */
export function problemsIn(playlist: MediaPlaylist): string[] {
  const { targetDurationS, partTargetS, control, segments, hint, tags } = playlist;
  const problems: string[] = [];
  const check = (isRight: boolean, problem: string) => void (isRight || problems.push(problem));
  check(Number(tags.get('EXT-X-VERSION')) >= 9, 'a version that has no delta updates');
  check(Number.isInteger(targetDurationS) && targetDurationS >= 1, `target duration ${targetDurationS}`);
  check(control['CAN-BLOCK-RELOAD'] === 'YES', 'no blocking reload');
  check(Number(control['HOLD-BACK']) >= 3 * targetDurationS, `HOLD-BACK ${control['HOLD-BACK']}`);
  check(Number(control['CAN-SKIP-UNTIL']) >= 6 * targetDurationS, `CAN-SKIP-UNTIL ${control['CAN-SKIP-UNTIL']}`);
  if (partTargetS !== null) {
    check(partTargetS <= targetDurationS, `part target ${partTargetS}`);
    check(Number(control['PART-HOLD-BACK']) >= 3 * partTargetS - exactS, `PART-HOLD-BACK ${control['PART-HOLD-BACK']}`);
  }
  const isIndependent = tags.has('EXT-X-INDEPENDENT-SEGMENTS');
  for (const { sequence, durationS, parts, map, dateMs } of segments) {
    check(Math.round(durationS ?? 0) <= targetDurationS, `segment ${sequence} lasts ${durationS} s`);
    check(map !== null || playlist.skipped > 0, `segment ${sequence} has no init segment`);
    check(dateMs !== null, `segment ${sequence} has no date`);
    check(parts.length === 0 || partTargetS !== null, 'parts without a part target');
    check(
      !isIndependent || parts.length === 0 || parts[0]?.independent === true,
      `segment ${sequence} does not begin alone`,
    );
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1 && durationS !== null;
      const target = partTargetS ?? 0;
      check(part.durationS <= target + exactS, `part ${part.uri} lasts ${part.durationS} s`);
      check(isLast || part.durationS >= 0.85 * target - exactS, `part ${part.uri} lasts but ${part.durationS} s`);
    }
  }
  const whole = segments.filter(({ uri }) => uri !== null);
  const uris = segments.flatMap(({ uri, parts }) => [...(uri === null ? [] : [uri]), ...parts.map((part) => part.uri)]);
  check(new Set(uris).size === uris.length, 'an address twice');
  check(hint === null || !uris.includes(hint), 'a hint at what is there');
  check(segments.length - whole.length <= 1 && segments.slice(0, -1).every(({ uri }) => uri !== null), 'a hole');
  return problems;
}

/** What a server must not do between one playlist and a later one (6.2.1, 6.2.2); both whole. */
export function problemsBetween(before: MediaPlaylist, after: MediaPlaylist): string[] {
  const problems: string[] = [];
  const check = (isRight: boolean, problem: string) => void (isRight || problems.push(problem));
  check(after.targetDurationS === before.targetDurationS, 'the target duration has changed');
  check(after.partTargetS === before.partTargetS, 'the part target has changed');
  check(JSON.stringify(after.control) === JSON.stringify(before.control), 'server control has changed');
  check(after.sequence >= before.sequence, 'the media sequence number has gone back');
  check(after.discontinuitySequence >= before.discontinuitySequence, 'the discontinuity sequence has gone back');
  const later = new Map(after.segments.map((segment) => [segment.sequence, segment]));
  const removed = before.segments.filter(({ uri, sequence }) => uri !== null && sequence < after.sequence);
  const restS = after.segments.reduce((sum, { durationS }) => sum + (durationS ?? 0), 0);
  check(removed.length === 0 || restS >= 3 * after.targetDurationS, `only ${restS} s are left`);
  for (const segment of before.segments) {
    const { sequence, uri, parts } = segment;
    const same = later.get(sequence);
    if (sequence < after.sequence) continue;
    check(same !== undefined, `segment ${sequence} is gone`);
    if (!same) continue;
    check(
      uri === null || (same.uri === uri && same.durationS === segment.durationS),
      `segment ${sequence} has changed`,
    );
    check(
      same.discontinuitySequence === segment.discontinuitySequence,
      `discontinuity sequence of ${sequence} has changed`,
    );
    check(same.map === segment.map && same.dateMs === segment.dateMs, `tags of ${sequence} have changed`);
    const kept = same.parts.slice(0, parts.length);
    check(kept.length === 0 || JSON.stringify(kept) === JSON.stringify(parts), `parts of ${sequence} have changed`);
    check(same.uri !== null || kept.length === parts.length, `parts of the newest segment ${sequence} are gone`);
  }
  return problems;
}
