import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { desktop, patienceMs } from '../../testing/chromium.ts';
import { waitFor } from '../../testing/wait.ts';
import type { ShownPicture } from './shown.ts';

const probe = path.join(import.meta.dirname, 'picture-probe.page.js');
/** Where the web pages keep the protocol that their user has chosen. */
const protocolKey = 'nightjar-live-protocol';

/** A person before a browser, who watches one camera in one way. */
export class Watcher implements AsyncDisposable {
  readonly #context: BrowserContext;
  readonly #page: Page;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.#page = page;
  }

  /** @param protocol As the web pages name it; null leaves it to the page. */
  static async come(browser: Browser, protocol: string | null): Promise<Watcher> {
    const context = await browser.newContext({ viewport: desktop });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    if (protocol) {
      const remembered = JSON.stringify([protocolKey, JSON.stringify(protocol)]);
      await page.addInitScript(`localStorage.setItem(...${remembered})`);
    }
    await page.addInitScript({ path: probe });
    return new Watcher(context, page);
  }

  async open(url: string): Promise<void> {
    await this.#page.goto(url);
  }

  /** Resolves when a picture is shown. */
  async untilShown(): Promise<void> {
    await waitFor('a picture', async () => (await this.take()).length > 0, {
      withinMs: patienceMs,
      everyMs: 100,
    });
  }

  /** What was shown since it was last asked. */
  take(): Promise<ShownPicture[]> {
    return this.#page.evaluate<ShownPicture[]>('pictureProbe.take()');
  }

  /** Clicks on the camera in the list of cameras and comes back. Resolves with the milliseconds to the first picture. */
  async openFromList(cameraId: string): Promise<number> {
    await this.#page.locator(`a[href="/live/${cameraId}"]`).first().click();
    const openedMs = await waitFor(
      'the first picture after a click',
      () => this.#page.evaluate<number | null>('pictureProbe.openedMs()'),
      { withinMs: patienceMs, everyMs: 50 },
    );
    await this.#page.goBack();
    await this.#page.locator(`a[href="/live/${cameraId}"]`).first().waitFor();
    return openedMs;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#context.close();
  }
}
