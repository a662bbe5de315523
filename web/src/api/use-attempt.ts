import { useState } from 'react';
import { ApiFailure } from './client.ts';

/** Something that may be refused: whether it is under way, and why it did not succeed. */
export function useAttempt(attempt: () => Promise<void>, onDone: () => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = () => {
    setBusy(true);
    setProblem(null);
    attempt().then(onDone, (error: unknown) => {
      setProblem(error instanceof ApiFailure ? inWords(error) : String(error));
      setBusy(false);
    });
  };
  return { busy, problem, run };
}

/** Without the field's name in front: it is said where the field is. */
function inWords({ message, field }: ApiFailure): string {
  const text = field && message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}
