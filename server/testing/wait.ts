import { setTimeout as sleep } from 'node:timers/promises';

interface Patience {
  /** Generous: a slow machine must not fail a test, a broken one must. */
  withinMs?: number;
  everyMs?: number;
  /** Told with the failure. */
  details?(): string;
}

/**
 * Asks until the answer is neither null, undefined nor false, and resolves with it.
 * @throws naming `what` and the last answer, when that does not come in time; what `ask` throws, at once.
 */
export async function waitFor<T>(
  what: string,
  ask: () => T | Promise<T>,
  { withinMs = 30_000, everyMs = 100, details = () => '' }: Patience = {},
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) {
      return answer as Exclude<T, null | undefined | false>;
    }
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms\n${details()}`);
    await sleep(everyMs);
  }
}
