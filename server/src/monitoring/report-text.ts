import type { CameraCoverage, DailyReport, GapCause, RecorderEvent, TimeRange } from '@nightjar/contract';
import { Temporal } from 'temporal-polyfill';
import { bytesText, clockText, durationText, listText, percentText } from './words.ts';

export interface MissingStretch extends TimeRange {
  cameraId: string;
  causes: GapCause[];
}

/** What a report is told from; its `text` is made here. */
export interface ReportFacts extends Omit<DailyReport, 'text'> {
  /** IANA name. */
  timeZone: string;
  /** Oldest first, of one camera after the other. */
  missing: readonly MissingStretch[];
  /** Warnings and alerts, oldest first. */
  worrying: readonly RecorderEvent[];
}

const maxStretches = 12;
const maxEvents = 20;

const causeWords: Record<GapCause, string> = {
  camera_unreachable: 'camera not reachable',
  auth_failed: 'camera refused the password',
  stalled: 'camera sent nothing',
  no_keyframe: 'camera sent no picture that decodes',
  disk_full: 'disk full',
  disk_error: 'disk failed',
  schedule: 'not scheduled',
  paused: 'paused',
  recorder_down: 'recorder was not running',
  clock_step: 'system clock was set',
  dropped: 'lost inside the recorder',
  removed: 'cleaned away',
};

/** Some lines for a person. */
export function reportText(facts: ReportFacts): string {
  const { coverage } = facts;
  const blocks = [
    [title(facts)],
    [summary(facts)],
    coverage.cameras.flatMap((camera) => cameraLines(camera, facts)),
    eventLines(facts),
    [storageLine(facts)],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function title({ date, complete }: ReportFacts): string {
  const day = Temporal.PlainDate.from(date).toLocaleString('en-GB', { dateStyle: 'full' }).replace(',', '');
  return `Nightjar, ${day}${complete ? '' : ' (so far)'}`;
}

/** One line, also the message of the event. */
export function summary({ coverage }: Pick<ReportFacts, 'coverage'>): string {
  const { total, cameras } = coverage;
  if (total.wantedShare === null) return 'Nothing was to be recorded.';
  if (total.wantedGapMs === 0) return 'Recorded: 100 % of what should have been.';
  const gaps = cameras.reduce((sum, camera) => sum + camera.gaps, 0);
  const where = listText(cameras.filter(({ wantedGapMs }) => wantedGapMs > 0).map(({ name }) => name));
  const missing = `${durationText(total.wantedGapMs)} missing in ${gaps} ${gaps === 1 ? 'gap' : 'gaps'}`;
  return `Recorded: ${percentText(total.wantedShare)} of what should have been; ${missing} (${where}).`;
}

function cameraLines(camera: CameraCoverage, { missing, timeZone }: ReportFacts): string[] {
  const { name, recordedMs, wantedShare, wantedGapMs } = camera;
  if (wantedShare === null) return [`${name}: ${withoutFootage(camera)}`];
  const share = `${name}: ${percentText(wantedShare)}, ${durationText(recordedMs)} recorded`;
  const stretches = missing.filter(({ cameraId }) => cameraId === camera.cameraId);
  const lines = stretches.slice(0, maxStretches).map(({ from, to, causes }) => {
    const at = `${timeOf(from, timeZone)}–${timeOf(to, timeZone)}`;
    return `  ${at}  ${durationText(to - from)}, ${listText(causes.map((cause) => causeWords[cause]))}`;
  });
  const rest = stretches.slice(maxStretches);
  if (rest.length > 0) {
    const restMs = rest.reduce((sum, { from, to }) => sum + to - from, 0);
    lines.push(`  and ${rest.length} more, ${durationText(restMs)} in all`);
  }
  return [wantedGapMs > 0 ? `${share}, ${durationText(wantedGapMs)} missing` : share, ...lines];
}

function withoutFootage({ causes }: CameraCoverage): string {
  const words = (Object.keys(causes) as GapCause[]).map((cause) => causeWords[cause]);
  return words.length === 0 ? 'not there yet' : `nothing (${listText(words)})`;
}

function eventLines({ worrying, events, timeZone }: ReportFacts): string[] {
  if (worrying.length === 0) return [];
  const counts = [
    events.alerts > 0 ? `${events.alerts} ${events.alerts === 1 ? 'alert' : 'alerts'}` : '',
    events.warnings > 0 ? `${events.warnings} ${events.warnings === 1 ? 'warning' : 'warnings'}` : '',
  ].filter(Boolean);
  // When there are too many, alerts go before warnings.
  const first = worrying.toSorted((a, b) => (a.level === b.level ? 0 : a.level === 'alert' ? -1 : 1));
  const shown = first.slice(0, maxEvents).toSorted((a, b) => a.id - b.id);
  const lines = shown.map(({ at, count, lastAt, message }) => {
    const times = count > 1 ? ` (${count} times until ${timeOf(lastAt, timeZone)})` : '';
    return `  ${timeOf(at, timeZone)}  ${message}${times}`;
  });
  const hidden = worrying.length - shown.length;
  return [`${listText(counts)}:`, ...lines, ...(hidden > 0 ? [`  and ${hidden} more`] : [])];
}

function storageLine({ writtenBytes, freeBytes, fullInDays }: ReportFacts): string {
  const parts = [`Written: ${bytesText(writtenBytes)}.`];
  if (freeBytes !== null) parts.push(`Free: ${bytesText(freeBytes)}.`);
  if (fullInDays === 0) parts.push('The disks are full: the oldest footage makes room for the newest.');
  else if (fullInDays !== null)
    parts.push(`Full in ${fullInDays < 10 ? fullInDays.toFixed(1) : Math.round(fullInDays)} days.`);
  return parts.join(' ');
}

const timeOf = (at: number, timeZone: string): string => clockText(at, timeZone).slice(11);
