import type { ApiFailure } from '../api/client.ts';

/** The recorder's objection, under the field it is about; the rest of its objections are for the form's foot. */
export function fieldErrors(failure: ApiFailure | null, known: readonly string[]): Record<string, string> {
  return failure?.field !== undefined && known.includes(failure.field) ? { [failure.field]: failure.message } : {};
}
