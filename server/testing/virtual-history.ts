import fs from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import {
  type CameraState,
  type DaySpan,
  type ErrorCode,
  type GapCause,
  type Recording,
  type RecordingInput,
  type Span,
  type UnixMs,
  weekdays,
} from '@nightjar/contract';
import { RecordingPlans } from '../src/schedule/plans.ts';
import { WallClock } from '../src/schedule/wall-clock.ts';
import { stretchesOf } from '../src/schedule/wanted.ts';
import { seededRandom } from './random.ts';
import { copyAfterKill, startRecorder, type TestRecorder } from './recorder.ts';
import type { TestStream } from './streams.ts';
import { VirtualWorker } from './virtual-worker.ts';

/** What really was the matter in `[from, to)`, by the system clock as it then was. */
interface Truth extends Span {
  what: GapCause | 'frames';
}

const cameraId = 'yard';
const timeZone = 'Europe/Vienna';
const stepMs = 1_000;
/** Of frames that stop, a worker tells after so long. */
const stallMs = 10_000;
const explainedWithinMs = 20_000;

const causes: Array<[code: ErrorCode, cause: GapCause]> = [
  ['camera_unreachable', 'camera_unreachable'],
  ['camera_auth_failed', 'auth_failed'],
  ['camera_no_video', 'no_keyframe'],
];

/**
 * A camera's life in a recorder, at random but the same for each seed, second by second: settings, outages, crashes,
 * restarts, clocks that are set and footage that is cleaned away. All that comes before the ledger is real; beside it
 * this keeps its own book of what was the matter.
 */
export class VirtualHistory {
  readonly #t: TestContext;
  readonly #stream: TestStream;
  readonly #random: () => number;
  readonly #wall = new WallClock(timeZone);
  readonly truth: Truth[] = [];
  readonly removed: Span[] = [];
  /** What happened, for the message of a failure. */
  readonly happened: string[] = [];
  recorder: TestRecorder;
  #plans!: RecordingPlans;
  #worker: VirtualWorker | null = null;
  /** What is known to keep frames away. */
  #told: GapCause | null = null;
  /** Since when no frame comes of which nobody has told. */
  #silentSince: number | null = null;
  #silent: Span[] = [];
  /** In so many steps the camera or its worker is back. */
  #backIn = 0;
  /** The furthest that the clock ever showed while a recorder looked at it. */
  #reached = 0;

  private constructor(t: TestContext, recorder: TestRecorder, stream: TestStream, seed: number) {
    this.#t = t;
    this.#stream = stream;
    this.#random = seededRandom(seed);
    this.recorder = recorder;
  }

  static async begin(t: TestContext, stream: TestStream, seed: number): Promise<VirtualHistory> {
    const recorder = await startRecorder(t, { now: Date.parse('2026-10-24T22:30:00Z') });
    const history = new VirtualHistory(t, recorder, stream, seed);
    history.#reached = recorder.clock.now;
    history.#plan();
    await recorder.cameras.create({ id: cameraId, name: 'Yard', source: { url: 'rtsp://127.0.0.1/yard' } });
    history.#connect();
    return history;
  }

  get createdAt(): UnixMs {
    return this.recorder.cameras.require(cameraId).createdAt;
  }

  get now(): UnixMs {
    return this.recorder.clock.now as UnixMs;
  }

  /** A second passes, and perhaps something happens. */
  async step(): Promise<void> {
    await this.#happen();
    const { clock } = this.recorder;
    const from = clock.now;
    clock.now += stepMs;
    this.#book(from, clock.now, this.#silentSince === null ? (this.#told ?? 'frames') : null);
    // What timers do each second.
    this.recorder.index.onEdge(cameraId);
    this.#plans.check();
    await this.#worker?.catchUp();
    await this.#comeBack();
    this.#reached = Math.max(this.#reached, clock.now);
  }

  async end(): Promise<void> {
    this.#plans.close();
    await this.#worker?.disconnect();
  }

  async #happen(): Promise<void> {
    const events: Array<[oneIn: number, event: () => void | Promise<void>]> = [
      [40, () => this.#changeSettings()],
      [50, () => this.#loseCamera()],
      [120, () => this.#loseWorker()],
      [200, () => this.#restart('stopped')],
      [250, () => this.#restart('killed')],
      [150, () => this.#setClock()],
      [80, () => this.#clean()],
    ];
    for (const [oneIn, event] of events) if (this.#pick(oneIn) === 0) await event();
  }

  async #changeSettings(): Promise<void> {
    const until = (this.now + 1 + this.#pick(90_000)) as UnixMs;
    const choices: RecordingInput[] = [
      { mode: 'continuous' },
      { mode: 'continuous' },
      { mode: 'off' },
      { mode: 'scheduled', schedule: { week: this.#randomWeek() } },
      { mode: 'scheduled', schedule: { week: this.#randomWeek() } },
      { override: { record: this.#pick(2) === 0, until } },
      { override: null },
    ];
    const choice = choices[this.#pick(choices.length)] ?? {};
    this.#say(`settings ${choice.mode ?? JSON.stringify(choice)}`);
    await this.recorder.cameras.update(cameraId, { recording: choice });
    if (this.#worker) this.#worker.windows = this.#plans.windowsOf(cameraId);
  }

  /** Some minutes on, some off, around the present time of day; on each day of the week. */
  #randomWeek(): Record<string, DaySpan[]> {
    const minuteOfDay = Math.floor(this.#wall.localOf(this.now) / 60_000) % 1_440;
    const text = (minute: number) => {
      const inDay = ((minute % 1_440) + 1_440) % 1_440;
      return `${String(Math.floor(inDay / 60)).padStart(2, '0')}:${String(inDay % 60).padStart(2, '0')}`;
    };
    const spans: DaySpan[] = [];
    for (let minute = minuteOfDay - 80; minute < minuteOfDay + 80; minute += 3 + this.#pick(4)) {
      const from = minute;
      minute += 1 + this.#pick(3);
      spans.push({ from: text(from), to: text(minute) });
    }
    return Object.fromEntries(weekdays.map((day) => [day, spans]));
  }

  async #loseCamera(): Promise<void> {
    if (this.#told !== null || this.#silentSince !== null || !this.#worker?.hasRun) return;
    this.#say('camera gone');
    await this.#worker.disconnect();
    this.#silentSince = this.now;
    this.#backIn = 15 + this.#pick(60);
  }

  async #loseWorker(): Promise<void> {
    if (this.#worker === null) return;
    this.#say('worker gone');
    await this.#worker.kill();
    this.#worker = null;
    this.#explain('dropped');
    this.recorder.index.onWorkerLost([cameraId]);
    this.#tell('pipeline_failed', 'dropped');
    this.#backIn = 1 + this.#pick(5);
  }

  async #restart(how: 'stopped' | 'killed'): Promise<void> {
    const { clock } = this.recorder;
    let { dataDir } = this.recorder;
    if (how === 'killed') {
      await this.#worker?.kill();
      await this.recorder.index.flush();
      // The sign of life, which real timers renew, is some seconds old.
      const alive = new Date(clock.now - this.#pick(3_000));
      fs.utimesSync(path.join(dataDir, 'alive'), alive, alive);
      dataDir = copyAfterKill(this.#t, dataDir);
    } else {
      await this.#worker?.disconnect();
    }
    this.#worker = null;
    this.#plans.close();
    await this.recorder.stop();
    const lastsMs = this.#pick(3) === 0 ? this.#pick(3 * 86_400_000) : this.#pick(300_000);
    const isSetBack = this.#pick(8) === 0;
    this.#say(`recorder ${how}, ${isSetBack ? 'clock set back, ' : ''}down ${Math.round(lastsMs / 1_000)} s`);
    // Of a stall that nobody was there to tell of, nothing is known.
    this.#explain('recorder_down');
    if (!isSetBack) this.#book(clock.now, clock.now + lastsMs, 'recorder_down');
    const now = isSetBack ? clock.now - this.#pick(1_800_000) : clock.now + lastsMs;
    this.recorder = await startRecorder(this.#t, { now, dataDir });
    this.#plan();
    this.#told = 'recorder_down';
    this.#backIn = 1 + this.#pick(5);
  }

  /** By up to an hour. */
  #setClock(): void {
    const { clock } = this.recorder;
    const byMs = this.#pick(2) === 0 ? this.#pick(3_600_000) : -this.#pick(3_600_000);
    this.#say(`clock set by ${byMs} ms`);
    const before = clock.now;
    clock.now += byMs;
    clock.steppedMs += byMs;
    if (byMs > 500) this.#book(Math.max(before, this.#reached), clock.now, 'clock_step');
    // A silence that began by another clock is told by this one.
    if (this.#silentSince !== null) {
      this.#explain('stalled');
      this.#silentSince = clock.now;
    }
  }

  /** The oldest segments of those that are closed. */
  async #clean(): Promise<void> {
    await this.recorder.index.flush();
    const rows = await this.recorder.database.db
      .selectFrom('segments')
      .select(['id', 'start_at', 'end_at'])
      .where('state', '=', 'closed')
      .orderBy('start_at')
      .execute();
    const oldest = rows.slice(0, this.#pick(Math.ceil(rows.length / 3) + 1));
    this.#say(`${oldest.length} segments cleaned away`);
    await this.recorder.index.removeSegments(
      oldest.map(({ id }) => id),
      true,
    );
    this.removed.push(...oldest.map((row) => ({ from: row.start_at, to: row.end_at })));
  }

  async #comeBack(): Promise<void> {
    if (this.#silentSince !== null && this.now - this.#silentSince >= stallMs) {
      this.#explain('stalled');
      this.#tell('camera_stalled', 'stalled');
    }
    if (this.#told === null && this.#silentSince === null) return;
    this.#backIn -= 1;
    if (this.#backIn > 0) {
      const [code, cause] = causes[this.#pick(causes.length)] ?? ['camera_unreachable', 'camera_unreachable'];
      if (this.#told !== null && this.#worker !== null && this.#pick(10) === 0) this.#tell(code, cause);
      return;
    }
    if (this.#silentSince !== null) return;
    this.#connect();
  }

  #connect(): void {
    this.#say('connected');
    const { recorder } = this;
    if (this.#worker === null) {
      const windows = this.#plans.windowsOf(cameraId);
      this.#worker = new VirtualWorker({ recorder, cameraId, stream: this.#stream, windows });
      const worker = this.#worker;
      recorder.onStop.push(() => worker.kill());
    }
    this.#worker.connect();
    recorder.index.onState(cameraId, { state: 'starting', since: this.now });
    recorder.index.onState(cameraId, { ...streaming, since: this.now, lastFrameAt: this.now });
    this.#told = null;
  }

  #tell(code: ErrorCode, cause: GapCause): void {
    this.#say(`told ${code}`);
    const state: CameraState = { state: 'waiting', since: 0, failures: 1, retryAt: 0, code, reason: '' };
    this.recorder.index.onState(cameraId, state);
    // The first attempt after a stream broke may say why it did.
    const broken = this.truth.filter((entry) => entry.what === 'stalled' && this.now - entry.from < explainedWithinMs);
    for (const entry of broken) this.truth.push({ ...entry, what: cause });
    this.#told = cause;
  }

  /** Now it is known why there are no frames since the silence began. */
  #explain(cause: GapCause): void {
    for (const span of this.#silent) this.#enter({ ...span, what: cause });
    this.#silent = [];
    this.#silentSince = null;
  }

  /** @param what null: not known yet, as far as recording is wanted. */
  #book(from: number, to: number, what: Truth['what'] | null): void {
    for (const { rest, ...span } of stretchesOf(this.#recording, { from, to }, this.#wall)) {
      const entry = rest ?? what;
      if (entry === null) this.#silent.push(span);
      else this.#enter({ ...span, what: entry });
    }
  }

  #enter(entry: Truth): void {
    const last = this.truth.at(-1);
    if (last?.what === entry.what && last.to === entry.from) last.to = entry.to;
    else this.truth.push(entry);
  }

  get #recording(): Recording {
    return this.recorder.cameras.require(cameraId).recording;
  }

  #plan(): void {
    const { cameras, clock, logger: log } = this.recorder;
    this.#plans = new RecordingPlans({ cameras, clock, timeZone, log });
    this.#plans.onWindows(() => {
      if (this.#worker) this.#worker.windows = this.#plans.windowsOf(cameraId);
    });
    this.#plans.check();
  }

  #say(what: string): void {
    this.happened.push(`${new Date(this.now).toISOString()} ${what}`);
  }

  #pick(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

const streaming = {
  state: 'recording' as const,
  media: null as unknown as Extract<CameraState, { state: 'recording' }>['media'],
  bitrateKbps: null,
};
