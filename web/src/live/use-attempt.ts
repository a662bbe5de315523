import { useState } from 'react';
import { ApiFailure } from '../api/client.ts';

/** Something that may be refused: whether it is under way, and why it did not succeed. */
export function useAttempt(attempt: () => Promise<void>, onDone: () => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = () => {
    setBusy(true);
    setProblem(null);
    attempt().then(onDone, (error: unknown) => {
      setProblem(error instanceof ApiFailure ? error.message.replace(/^name: /, '') : String(error));
      setBusy(false);
    });
  };
  return { busy, problem, run };
}
