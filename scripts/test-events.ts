import type { TestEvent } from 'node:test/reporters';

/** One line of JSON per finished test. */
export interface TestResult {
  outcome: 'passed' | 'failed' | 'skipped';
  name: string;
}

/** Reporter for `node --test-reporter`: writes the lines that `scripts/test.ts` counts. */
export default async function* testEvents(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    const result = resultOf(event);
    if (result) yield `${JSON.stringify(result)}\n`;
  }
}

/** Null for what is no test of its own: a group (`describe`), and a parent that failed only because a child did. */
function resultOf({ type, data }: TestEvent): TestResult | null {
  if (type !== 'test:pass' && type !== 'test:fail') return null;
  if (data.skip !== undefined || data.todo !== undefined) return { outcome: 'skipped', name: data.name };
  if (type === 'test:pass') return data.details.type === 'suite' ? null : { outcome: 'passed', name: data.name };
  const { error } = data.details;
  return 'failureType' in error && error.failureType === 'subtestsFailed'
    ? null
    : { outcome: 'failed', name: data.name };
}
