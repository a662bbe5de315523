import type { ErrorCode } from '@nightjar/contract';

interface NvrErrorOptions extends ErrorOptions {
  /** Path of the input field at fault, e.g. `source.url`. */
  field?: string;
}

/** A failure a person can meet. The UI explains `code`; `message` says what to do; the log keeps `cause`. */
export class NvrError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, options?: NvrErrorOptions) {
    super(message, options);
    this.name = 'NvrError';
    this.code = code;
    this.field = options?.field;
  }
}
