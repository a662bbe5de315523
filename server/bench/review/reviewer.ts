import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { desktop, type Visit, visit } from '../../testing/chromium.ts';
import { clockDots, clockPlaces } from './clock-dots.ts';

const probe = path.join(import.meta.dirname, 'review-probe.page.js');
/** What has not come by then is not coming. */
const withinMs = 10_000;
/** Between two of a person's doings. */
const pauseMs = 150;
/** The picture before or after is as good: 10 pictures a second. */
const frameMs = 100;
/** Between two movements of the wheel or the mouse. */
const stepMs = 16;

/** Lengths of time that the page offers to show, as its buttons name them. */
type Rung = 'month' | 'day' | 'hour' | 'minute';
const shownMs = { minute: 60_000 } as const;

/** A person on the review page, in Chromium. */
export class Reviewer implements AsyncDisposable {
  readonly #visit: Visit;
  readonly #page: Page;

  private constructor(visited: Visit) {
    this.#visit = visited;
    this.#page = visited.page;
  }

  static async come(browser: Browser, url: string, cameraId: string, atMs: number): Promise<Reviewer> {
    const visited = await visit(browser, 'about:blank', desktop);
    const { page } = visited;
    await page.addInitScript({ path: probe });
    await page.goto(`${url}/review/${cameraId}?at=${new Date(atMs).toISOString()}`);
    await page.getByTestId('review-timeline').waitFor();
    const reviewer = new Reviewer(visited);
    if ((await page.getByTestId('play-toggle').getAttribute('data-playing')) === 'true') {
      await page.getByTestId('play-toggle').click();
    }
    return reviewer;
  }

  get complaints(): readonly string[] {
    return this.#visit.complaints;
  }

  /** Types a time and goes there; resolves with the time until its picture is seen, null when it is not in time. */
  async seek(atMs: number): Promise<number | null> {
    await sleep(pauseMs);
    await this.#page.keyboard.press('g');
    await this.#page.getByTestId('go-to-time').fill(`${atMs}`);
    const wanted = [0, -frameMs, frameMs].map((offset) => clockDots(atMs + offset));
    return this.#measure('seek', { at: clockPlaces, wanted }, () => this.#page.keyboard.press('Enter'));
  }

  /** Shows a longer or shorter time; resolves with the time until the timeline stands as it stays. */
  async show(rung: Rung): Promise<number | null> {
    await sleep(pauseMs);
    return this.#measure('draw', {}, () => this.#page.getByTestId(`zoom-${rung}`).click());
  }

  /**
   * Points at an instant of a camera, less than half a minute from the play head; resolves with the time until its picture
   * is seen. @param gopMs how long before it the picture may be.
   */
  async hover(cameraId: string, atMs: number, playHeadMs: number, gopMs: number): Promise<number | null> {
    const ground = await this.#ground();
    const row = await this.#box(`[data-testid="timeline-row-${cameraId}"]`);
    const x = ground.x + ((atMs - playHeadMs) / shownMs.minute + 0.5) * ground.width;
    await sleep(pauseMs);
    const picture = { from: atMs - gopMs - frameMs, to: atMs + frameMs };
    return this.#measure('hover', picture, () => this.#page.mouse.move(x, row.y + row.height / 2));
  }

  /** The times between frames while the wheel zooms in and out. */
  zooming(seconds: number): Promise<number[]> {
    return this.#framesWhile(seconds, async (at, ground) => {
      if (at === 0) await this.#page.mouse.move(ground.x + ground.width * 0.6, ground.y + ground.height / 2);
      // A second in, a second out.
      await this.#page.mouse.wheel(0, Math.floor(at / 60) % 2 === 0 ? -60 : 60);
    });
  }

  /** The times between frames while the timeline is dragged back and forth. */
  async panning(seconds: number): Promise<number[]> {
    const frames = await this.#framesWhile(seconds, async (at, ground) => {
      const y = ground.y + ground.height / 2;
      const x = ground.x + ground.width * (0.5 + 0.4 * Math.sin(at / 20));
      await this.#page.mouse.move(x, y);
      if (at === 0) await this.#page.mouse.down();
    });
    await this.#page.mouse.up();
    return frames;
  }

  async #framesWhile(seconds: number, act: (at: number, ground: Box) => Promise<void>): Promise<number[]> {
    const ground = await this.#ground();
    await this.#page.evaluate('reviewProbe.startFrames()');
    const began = performance.now();
    for (let at = 0; performance.now() - began < seconds * 1_000; at += 1) {
      const next = performance.now() + stepMs;
      await act(at, ground);
      await sleep(Math.max(0, next - performance.now()));
    }
    return this.#page.evaluate<number[]>('reviewProbe.takeFrames()');
  }

  #ground(): Promise<Box> {
    return this.#box('[data-testid="review-timeline"] section canvas');
  }

  async #box(selector: string): Promise<Box> {
    const box = await this.#page.locator(selector).first().boundingBox();
    if (!box) throw new Error(`${selector} is not on the page`);
    return box;
  }

  /** From what is done until it has come; see the probe. */
  async #measure(what: 'seek' | 'draw' | 'hover', wish: object, act: () => Promise<void>): Promise<number | null> {
    await this.#page.evaluate(`reviewProbe.arm('${what}', ${JSON.stringify({ ...wish, withinMs })})`);
    await act();
    return this.#page.evaluate<number | null>('reviewProbe.result()');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#visit[Symbol.asyncDispose]();
  }
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
