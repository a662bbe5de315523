import type { CameraDto, CameraStatus, Storage, SystemInfo } from '@nightjar/contract';
import { stateWords } from '../cameras/camera-state.ts';
import { formatBytes, formatDays, formatDuration, formatSince } from '../time/format.ts';
import { storageProblem } from './storage-words.ts';

/** Something that is not fine. */
export interface Problem {
  id: string;
  /** `stopped`: something is not recorded that should be. */
  kind: 'stopped' | 'notice';
  title: string;
  detail: string;
  /** Where more is to be seen, or done. */
  href: string;
  /** What that place is called. */
  place: string;
}

interface Facts {
  cameras: readonly CameraDto[];
  statuses: ReadonlyMap<string, CameraStatus>;
  /** undefined: not known. */
  storage: Storage | undefined;
  system: SystemInfo | undefined;
  /** The recorder's clock, Unix ms. */
  nowMs: number;
  timeZone: string;
}

const dayMs = 86_400_000;
/** Some seconds of a dozen cameras: a disk that keeps up never has that much to wait for. */
const backlogBytes = 50_000_000;

const storagePlace = { href: '/system/storage', place: 'Storage' };
const eventsPlace = { href: '/system/events', place: 'Events' };

/** All that is not fine, worst first; empty when everything is. */
export function problemsOf(facts: Facts): Problem[] {
  const all = [...storageProblems(facts), ...cameraProblems(facts), ...systemProblems(facts), ...tooShort(facts)];
  return [...all.filter(({ kind }) => kind === 'stopped'), ...all.filter(({ kind }) => kind !== 'stopped')];
}

function cameraProblems({ cameras, statuses, nowMs, timeZone }: Facts): Problem[] {
  return cameras.flatMap((camera) => {
    const status = statuses.get(camera.id);
    const words = stateWords({ camera, status, nowMs, timeZone });
    if (words.kind !== 'failing' || !status) return [];
    const since = `Since ${formatSince(status.since, nowMs, timeZone)}.`;
    return {
      id: `camera ${camera.id}`,
      kind: 'stopped',
      title: `${camera.name}: ${words.word.toLowerCase()}`,
      detail: `${since} ${words.reason}`.trim(),
      href: `/cameras/${camera.id}/settings`,
      place: 'Camera',
    };
  });
}

function storageProblems({ storage }: Facts): Problem[] {
  const problem = storage && storageProblem(storage);
  if (!problem) return [];
  const { stopped, title, detail } = problem;
  return [{ id: 'storage', kind: stopped ? 'stopped' : 'notice', title, detail, ...storagePlace }];
}

function systemProblems({ system, nowMs }: Facts): Problem[] {
  if (!system) return [];
  const { clock, writeBacklogBytes } = system;
  const problems: Problem[] = [];
  const notice = (id: string, title: string, detail: string, place: Pick<Problem, 'href' | 'place'>) =>
    problems.push({ id, kind: 'notice', title, detail, ...place });
  if (clock.synchronized === false) {
    notice(
      'clock',
      'The clock is not synchronised',
      'The times of recordings drift away from the true ones. On most systems “timedatectl set-ntp true” helps.',
      eventsPlace,
    );
  }
  if (clock.lastStepAt !== null && nowMs - clock.lastStepAt < dayMs) {
    notice(
      'clock-step',
      `The clock was set ${formatDuration(nowMs - clock.lastStepAt)} ago`,
      'Recordings before and after may have times that do not follow each other.',
      eventsPlace,
    );
  }
  if (writeBacklogBytes > backlogBytes) {
    notice(
      'backlog',
      'The disk does not keep up',
      `${formatBytes(writeBacklogBytes)} wait to be written. When memory for them runs out, pictures are lost.`,
      storagePlace,
    );
  }
  return problems;
}

/** Cameras whose footage has to go before the age they are to keep it to. */
function tooShort({ cameras, storage }: Facts): Problem[] {
  const { fullInDays = null, keepsDays = null } = storage?.forecast ?? {};
  if (fullInDays === null || keepsDays === null) return [];
  const short = cameras.filter(({ retention }) => (retention.maxAgeDays ?? 0) > keepsDays);
  const [first] = short;
  if (!first) return [];
  const longest = Math.max(...short.map(({ retention }) => retention.maxAgeDays ?? 0));
  const whose = short.length === 1 ? first.name : `${short.length} cameras`;
  return [
    {
      id: 'too-short',
      kind: 'notice',
      title: `Room for ${formatDays(keepsDays)}, not for ${formatDays(longest)}`,
      detail: `${whose} should keep footage longer than there is room for. Add a volume, or lower bit rates.`,
      ...storagePlace,
    },
  ];
}
