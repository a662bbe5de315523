import { randomBytes } from 'node:crypto';
import { type LiveQuery, LiveQuerySchema, type StreamName, StreamNameSchema, Type } from '@nightjar/contract';
import type { Clock } from '../../shared/clock.ts';
import { NvrError } from '../../shared/errors.ts';
import { playlistType } from '../../shared/hls.ts';
import { type App, CameraParamsSchema, failures } from '../../shared/route.ts';
import { streamIdOf } from '../../shared/stream-id.ts';
import type { LiveHub } from '../hub.ts';
import type { LiveStream } from '../stream.ts';
import type { LiveViewers } from '../viewers.ts';
import { HlsAudience } from './audience.ts';
import { hasArrived, requireSense, requireSoon } from './delivery.ts';
import { goneSignal } from './gone.ts';
import { mediaRoutes } from './media-routes.ts';
import { multivariantPlaylist, type Rendition } from './multivariant.ts';
import type { RenditionReport } from './playlist.ts';
import { PlaylistTexts } from './playlist-texts.ts';
import type { HlsWindow } from './window.ts';
import { HlsWindows } from './windows.ts';

export interface HlsRouteParts {
  live: LiveHub;
  viewers: LiveViewers;
  clock: Clock;
  /** A player that asks before the first segment is whole waits for it this long. */
  firstSegmentMs?: number;
}

type Codec = NonNullable<LiveQuery['codec']>;

/** Where a request's media come from. */
interface Source {
  cameraId: string;
  name: StreamName;
  codec: Codec;
}

const usualFirstSegmentMs = 12_000;
/** Without a picture for so long a camera is away. */
const stillLiveMs = 10_000;
/** The second stream is left out of the multivariant playlist if it takes longer than this. */
const otherStreamMs = 2_000;
/** Three target durations of waiting for a part that does not come are enough, and so are these. */
const maxBlockedMs = 15_000;

const tags = ['Live'];

const failureCodes = [
  'invalid_request',
  'camera_not_found',
  'substream_not_found',
  'not_live',
  'encoder_busy',
] as const;

const playlistAnswer = {
  produces: [playlistType],
  response: { 200: Type.Any({ description: 'HLS playlist.' }), ...failures(...failureCodes, 'live_not_possible') },
};

/** Unlike elsewhere, no stream is taken for granted. */
const oneStreamSchema = Type.Optional(
  Type.Enum(['main', 'sub'], { description: 'Only this one; else players change between the two as they like.' }),
);

const viewerSchema = Type.Optional(
  Type.String({ maxLength: 40, description: 'Tells viewers apart, to count them; the multivariant playlist has it.' }),
);

/** HLS and Low-Latency HLS (draft-pantos-hls-rfc8216bis). */
export function hlsRoutes(app: App, parts: HlsRouteParts): void {
  const { live, viewers, clock, firstSegmentMs = usualFirstSegmentMs } = parts;
  const windows = new HlsWindows(clock);
  const texts = new PlaylistTexts();
  const audience = new HlsAudience(viewers, clock.monotonicMs);
  app.addHook('onClose', async () => audience.close());

  /** Those of unencoded streams are found at once, so that whoever asks for what is gone need not wait. */
  const streamOf = ({ cameraId, name, codec }: Source): LiveStream | Promise<LiveStream> => {
    return codec === 'any' ? live.stream(cameraId, name) : live.open(cameraId, { stream: name, codec });
  };

  /** What a camera that is away sent last is no live view: a player would begin with it again and again. */
  const isLive = (window: HlsWindow): boolean => {
    const patienceMs = Math.max(stillLiveMs, 2_000 * (window.timing?.targetDurationS ?? 0));
    return window.listed.length > 0 && clock.nowMs() - window.newestMs < patienceMs;
  };

  /** @throws {NvrError} `not_live` when no segment comes in time. */
  const readyWindow = async ({ cameraId, name, codec }: Source): Promise<HlsWindow> => {
    const known = codec === 'any' ? windows.known(live.stream(cameraId, name)) : null;
    if (known && isLive(known)) return known;
    // Of what the worker replays, the oldest comes first; a player that saw it alone would start there.
    const window = windows.of(await live.open(cameraId, { stream: name, codec }));
    if (await window.until(() => isLive(window), firstSegmentMs)) return window;
    throw notLive();
  };

  const reportsFor = ({ cameraId, name, codec }: Source): RenditionReport[] => {
    const other = name === 'main' ? 'sub' : 'main';
    const window = codec === 'any' ? windows.watched(streamIdOf(cameraId, other)) : null;
    return window ? [{ uri: `../${other}/stream.m3u8`, window }] : [];
  };

  app.get(
    '/cameras/:id/live/index.m3u8',
    {
      compress: false,
      schema: {
        tags,
        summary: 'Live view for any HLS player: the multivariant playlist',
        params: CameraParamsSchema,
        querystring: Type.Object({ ...LiveQuerySchema.properties, stream: oneStreamSchema }),
        ...playlistAnswer,
      },
    },
    async ({ params, query }, reply) => {
      const viewer = randomBytes(6).toString('base64url');
      const renditions = await renditionsOf(params.id, query, readyWindow, viewer);
      reply.header('cache-control', 'no-cache').type(playlistType);
      return reply.send(multivariantPlaylist(renditions));
    },
  );

  app.get(
    '/cameras/:id/live/:stream/stream.m3u8',
    {
      compress: false,
      schema: {
        tags,
        summary: 'Live view: the media playlist of the newest seconds',
        description: 'With parts, blocking reload and delta updates, as Low-Latency HLS has them.',
        params: Type.Object({ ...CameraParamsSchema.properties, stream: StreamNameSchema }),
        querystring: Type.Object({
          codec: LiveQuerySchema.properties.codec,
          viewer: viewerSchema,
          _HLS_msn: Type.Optional(
            Type.Integer({ minimum: 0, maximum: 2 ** 40, description: 'Answer when it has this segment.' }),
          ),
          _HLS_part: Type.Optional(
            Type.Integer({ minimum: 0, maximum: 10_000, description: 'Answer when it has this part of the segment.' }),
          ),
          _HLS_skip: Type.Optional(
            Type.Enum(['YES', 'v2'], { description: 'Leave out older segments, which the player knows.' }),
          ),
        }),
        ...playlistAnswer,
      },
    },
    async ({ params, query, ip, headers }, reply) => {
      requireSense(query);
      const source = { cameraId: params.id, name: params.stream, codec: query.codec ?? 'any' } satisfies Source;
      const window = await readyWindow(source);
      audience.seen(query.viewer ?? `${ip} ${headers['user-agent']} ${params.id}`);
      requireSoon(window, query);
      const targetS = window.timing?.targetDurationS ?? 1;
      const patienceMs = Math.min(3_000 * targetS, maxBlockedMs);
      if (!(await window.until(() => hasArrived(window, query), patienceMs, goneSignal(reply)))) throw notLive();
      const text = texts.of(window, {
        query: codecQuery(source.codec),
        skip: query._HLS_skip !== undefined,
        reports: () => reportsFor(source),
      });
      const caching = query._HLS_msn === undefined ? 'no-cache' : `private, max-age=${targetS}`;
      reply.type(playlistType).header('cache-control', caching).header('vary', 'accept-encoding');
      if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) return reply.send(text.plain);
      return reply.header('content-encoding', 'gzip').send(texts.gzipped(text));
    },
  );

  mediaRoutes(app, async ({ id, stream, codec }) =>
    windows.of(await streamOf({ cameraId: id, name: stream, codec: codec ?? 'any' })),
  );
}

/**
 * What the multivariant playlist has: the main stream, and the substream if it is there within moments. A substream that
 * would have to be encoded is not, for that would take a place at the encoder which nobody may need.
 * @throws {NvrError} why the first of them is not there
 */
async function renditionsOf(
  cameraId: string,
  { stream, codec = 'any' }: LiveQuery,
  readyWindow: (source: Source) => Promise<HlsWindow>,
  viewer: string,
): Promise<Rendition[]> {
  const rendition = async (name: StreamName): Promise<Rendition> => ({
    uri: `${name}/stream.m3u8?viewer=${viewer}${codec === 'any' ? '' : `&codec=${codec}`}`,
    window: await readyWindow({ cameraId, name, codec }),
  });
  if (stream !== undefined) return [await rendition(stream)];
  const other = readyWindow({ cameraId, name: 'sub', codec: 'any' }).then(
    (window) => (codec === 'any' || window.listed.at(-1)?.run.video.codec === 'h264' ? window : null),
    // Whether there is none, or it does not come: players have the other.
    () => null,
  );
  try {
    const main = await rendition('main');
    const sub = await withinMs(other, otherStreamMs);
    return sub ? [main, await rendition('sub')] : [main];
  } catch (error) {
    const sub = await withinMs(other, 0);
    if (sub) return [await rendition('sub')];
    throw error;
  }
}

const withinMs = <T>(promise: Promise<T>, ms: number): Promise<T | null> =>
  Promise.race([promise, new Promise<null>((resolve) => setTimeout(resolve, ms, null).unref())]);

/** What every address of an encoded stream ends with. */
const codecQuery = (codec: Codec): string => (codec === 'any' ? '' : `?codec=${codec}`);

const notLive = () => new NvrError('not_live', 'The camera sends no picture now. Its status says why.');
