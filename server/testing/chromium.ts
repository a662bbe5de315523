import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Chromium or Chrome, for playwright: the one that the launcher found, or Debian's. */
export const chromiumPath = process.env.NIGHTJAR_CHROMIUM ?? '/usr/bin/chromium';

export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

/** How long a page may take for anything. */
export const patienceMs = 60_000;

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });

export interface Visit extends AsyncDisposable {
  page: Page;
  context: BrowserContext;
  /** What the page complained of: script errors, and messages of the console's level `error`. */
  complaints: string[];
}

/** Opens a page in a window of its own, without the storage of others. */
export async function visit(browser: Browser, url: string, viewport = desktop): Promise<Visit> {
  const context = await browser.newContext({ viewport, hasTouch: viewport === phone, isMobile: viewport === phone });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(url);
  return { page, context, complaints, [Symbol.asyncDispose]: () => context.close() };
}
