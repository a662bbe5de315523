import { type SourceScheme, schemeOf, sourceUrlMustBe } from '@nightjar/contract';
import { NvrError } from '../../shared/errors.ts';
import { openDevice } from './device.ts';
import { openFile } from './file.ts';
import { openHttp } from './http.ts';
import { openRtmp } from './rtmp.ts';
import { openRtsp } from './rtsp.ts';
import type { OpenKind, OpenSource, SourceRequest } from './source.ts';
import { openSrt } from './srt.ts';
import { openTransportStream } from './transport-stream.ts';

export type { Feed, OpenSource, SourceMemory, SourceRequest } from './source.ts';

const kinds: Record<SourceScheme, OpenKind> = {
  rtsp: openRtsp,
  rtsps: openRtsp,
  http: openHttp,
  https: openHttp,
  rtmp: openRtmp,
  rtmps: openRtmp,
  srt: openSrt,
  udp: openTransportStream,
  rtp: openTransportStream,
  file: openFile,
  v4l2: openDevice,
};

/** Kinds that can be asked what they offer without taking it. */
const asked: readonly SourceScheme[] = ['rtsp', 'rtsps', 'http', 'https'];
export const canBeAsked = (url: string): boolean => asked.some((scheme) => scheme === schemeOf(url));

/**
 * Connects to a source as far as can be without GStreamer.
 * @throws {NvrError} `camera_…` or `invalid_request`, what keeps it from being connected to.
 */
export function openSource(request: SourceRequest): Promise<OpenSource> {
  const scheme = schemeOf(request.settings.source.url);
  if (!scheme) throw new NvrError('invalid_request', `The address ${sourceUrlMustBe}.`, { field: 'source.url' });
  return kinds[scheme](request);
}
