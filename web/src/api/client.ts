import type { ApiError, ErrorCode } from '@nightjar/contract';

/** A request that did not succeed. `code` is `offline` when no answer came from the recorder at all. */
export class ApiFailure extends Error {
  readonly code: ErrorCode | 'offline';
  /** Path of the input field at fault, e.g. `source.url`. */
  readonly field: string | undefined;
  /** Find it in the recorder's log. */
  readonly requestId: string | undefined;

  constructor(code: ErrorCode | 'offline', message: string, detail: { field?: string; requestId?: string } = {}) {
    super(message);
    this.name = 'ApiFailure';
    this.code = code;
    this.field = detail.field;
    this.requestId = detail.requestId;
  }
}

interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal;
}

/**
 * Calls the API; `path` begins after `/api/v1`. The answer's type is the contract's: server and web are built together.
 * @throws {ApiFailure} for any answer but 2xx; aborting rejects with the signal's reason.
 */
export async function request<Answer>(
  path: string,
  { method = 'GET', body, signal }: RequestOptions = {},
): Promise<Answer> {
  const init: RequestInit = { method, headers: { accept: 'application/json' } };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.headers = { accept: 'application/json', 'content-type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiFailure('offline', 'The recorder does not answer. Is it running, and is the network up?');
  }
  if (!response.ok) throw await apiFailureOf(response);
  if (response.status === 204) return undefined as Answer;
  return (await response.json()) as Answer;
}

/** What an answer that is no success says. */
export async function apiFailureOf(response: Response): Promise<ApiFailure> {
  // A proxy in between may answer with a page instead of our JSON.
  const error = (await response.json().catch(() => null)) as Partial<ApiError> | null;
  if (!error?.code || !error.message) {
    return new ApiFailure('internal', `The recorder answered with HTTP status ${response.status}.`);
  }
  const detail: { field?: string; requestId?: string } = {};
  if (error.field) detail.field = error.field;
  if (error.requestId) detail.requestId = error.requestId;
  return new ApiFailure(error.code, error.message, detail);
}

/** A playlist's text, and the address it came from after redirects. @throws {ApiFailure} */
export async function fetchPlaylist(url: string, signal: AbortSignal): Promise<{ text: string; url: string }> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw await apiFailureOf(response);
  return { text: await response.text(), url: response.url };
}
