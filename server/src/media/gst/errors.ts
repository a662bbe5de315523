import { redactUrl } from '../../shared/redact.ts';
import type { Pointer } from './ffi.ts';
import { takeError } from './layout.ts';

export interface GstErrorFields {
  /** `gst-resource-error-quark`, `gst-stream-error-quark`, `gst_parse_error` … */
  domain: string;
  /** Number within the domain, e.g. GST_RESOURCE_ERROR_NOT_FOUND = 3. */
  code: number;
  /** For people, in the locale of the process; credentials removed. */
  message: string;
  /** Source file, line and detail, for the log; '' when none; credentials removed. */
  debug: string;
  /** Name of the element that reported it; '' when none did. */
  element: string;
}

/** What GStreamer reported, as values. */
export class GstError extends Error implements GstErrorFields {
  readonly domain: string;
  readonly code: number;
  readonly debug: string;
  readonly element: string;

  constructor(fields: GstErrorFields) {
    super(redactUrl(fields.message));
    this.name = 'GstError';
    this.domain = fields.domain;
    this.code = fields.code;
    this.debug = redactUrl(fields.debug);
    this.element = fields.element;
  }
}

/** Reads and releases the GError behind `error`. */
export const gstErrorFrom = (error: Pointer, element = ''): GstError =>
  new GstError({ ...takeError(error), debug: '', element });
