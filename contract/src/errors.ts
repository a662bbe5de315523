/**
 * Every failure a person can meet, with the HTTP status it answers. One table for server, web and docs:
 * the server throws a code, the web UI explains it, the reference page lists it.
 */
export const httpStatusOf = {
  invalid_request: 400,
  invalid_range: 400,
  body_too_large: 413,
  unsupported_media_type: 415,
  camera_not_found: 404,
  footage_not_found: 404,
  not_found: 404,
  origin_refused: 403,
  upgrade_required: 426,
  method_not_allowed: 405,
  volume_not_found: 404,
  mark_not_found: 404,
  archive_not_found: 404,
  report_not_found: 404,
  substream_not_found: 404,
  layout_not_found: 404,
  camera_exists: 409,
  layout_exists: 409,
  volume_exists: 409,
  volume_in_use: 409,
  volume_unusable: 409,
  live_not_possible: 409,
  camera_unreachable: 502,
  camera_refused: 502,
  camera_auth_failed: 502,
  camera_stream_not_found: 502,
  camera_no_video: 502,
  camera_no_keyframe: 502,
  camera_unsupported_codec: 502,
  camera_protocol_error: 502,
  camera_transport_refused: 502,
  camera_timeout: 504,
  camera_stalled: 502,
  camera_stream_ended: 502,
  pipeline_failed: 502,
  snapshot_failed: 502,
  not_live: 503,
  busy: 503,
  encoder_busy: 503,
  disk_full: 507,
  disk_error: 507,
  internal: 500,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof httpStatusOf;

export const errorCodes = Object.keys(httpStatusOf) as [ErrorCode, ...ErrorCode[]];
