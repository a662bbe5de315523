import { NvrError } from '../../shared/errors.ts';
import { Branches } from './branches.ts';
import { demuxerFor, sniffBytes } from './container.ts';
import { openHls } from './hls.ts';
import { connectionLost, type HttpAnswer, HttpClient } from './http-client.ts';
import { Pusher } from './push.ts';
import { credentialsOf, type OpenSource, oneFeed, type SourceRequest } from './source.ts';

/** Whatever is at an address of HTTP: it is asked for, and the answer says what it is. */
export async function openHttp(request: SourceRequest): Promise<OpenSource> {
  const { source } = request.settings;
  const ended = new AbortController();
  const signal = AbortSignal.any([request.signal, ended.signal]);
  const client = new HttpClient(source.url, credentialsOf(source), signal);
  const release = () => {
    ended.abort();
    client.close();
  };
  try {
    const answer = await client.get(source.url);
    const body = await beginning(answer);
    if (isPlaylist(answer, body.begin)) {
      const text = await body.text();
      return await openHls(request, { client, text, url: answer.url, signal, release });
    }
    return openBody(request, { client, answer, body, release });
  } catch (error) {
    release();
    throw error;
  }
}

interface Body {
  /** Its first bytes. */
  begin: Buffer;
  all(): AsyncGenerator<Buffer>;
  text(): Promise<string>;
}

const maxPlaylistBytes = 4 * 1024 * 1024;

async function beginning({ body, url }: HttpAnswer): Promise<Body> {
  const parts = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const next = () => parts.next().catch((error: unknown) => Promise.reject(connectionLost(url, error)));
  let begin: Buffer = Buffer.alloc(0);
  while (begin.length < sniffBytes) {
    const { value, done } = await next();
    if (done) break;
    begin = Buffer.concat([begin, value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    yield begin;
    for (let part = await next(); !part.done; part = await next()) yield part.value;
  }
  const text = async () => {
    let read = '';
    for await (const part of all()) {
      read += part.toString('utf8');
      if (read.length > maxPlaylistBytes) throw new NvrError('camera_protocol_error', 'The playlist is too long.');
    }
    return read;
  };
  return { begin, all, text };
}

const isPlaylist = ({ contentType }: HttpAnswer, begin: Buffer): boolean =>
  contentType.includes('mpegurl') || begin.toString('latin1').startsWith('#EXTM3U');

interface OpenBody {
  client: HttpClient;
  answer: HttpAnswer;
  body: Body;
  release(): void;
}

/** One answer that goes on and on, or a file. */
function openBody(request: SourceRequest, { client, answer, body, release }: OpenBody): OpenSource {
  const isPictures = answer.contentType.startsWith('multipart/');
  const parser = isPictures ? 'multipartdemux name=demux single-stream=true' : `${demuxerOf(answer, body)} name=demux`;
  // Pictures have no times of their own: they are those of their arrival.
  const source = isPictures
    ? 'appsrc name=src is-live=true format=time do-timestamp=true'
    : 'appsrc name=src is-live=true format=bytes';
  let lost: NvrError | null = null;
  return {
    receivedOver: 'http',
    certificateTrusted: client.certificateTrusted,
    // What has a length is a file.
    isPaced: answer.body.headers['content-length'] !== undefined && !isPictures,
    next: oneFeed(
      () => {
        const plan = new Branches(request);
        return {
          text: `${source} max-bytes=0 ! ${parser}`,
          plan,
          prepare: (pipeline) => plan.follow(pipeline),
          async run(pipeline, signal) {
            const pusher = new Pusher(pipeline, signal);
            if (isPictures) await pusher.untilPlaying();
            try {
              for await (const bytes of body.all()) if (!(await pusher.push(bytes))) return;
            } catch (error) {
              lost = error instanceof NvrError ? error : connectionLost(answer.url, error);
            }
            pusher.end();
          },
        };
      },
      () => lost ?? new NvrError('camera_stream_ended', 'The source has ended the stream.'),
    ),
    release,
  };
}

function demuxerOf({ contentType, url }: HttpAnswer, { begin }: Body): string {
  const { host } = new URL(url);
  if (contentType.startsWith('text/html'))
    throw new NvrError(
      'camera_protocol_error',
      `${host} answers with a web page, not with a stream. Check the address.`,
    );
  if (contentType.startsWith('image/'))
    throw new NvrError(
      'camera_protocol_error',
      `${host} answers with a single picture. Look for the address of its MJPEG stream.`,
    );
  return demuxerFor(begin, host);
}
