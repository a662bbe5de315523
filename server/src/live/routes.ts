import { Type } from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import { playlistType } from '../shared/hls.ts';
import { type App, CameraParamsSchema, failures } from '../shared/route.ts';
import type { LiveHub } from './hub.ts';
import { mediaPlaylist, multivariantPlaylist } from './playlist.ts';
import { windowOf as hlsWindowOf, type LiveWindow } from './window.ts';

export interface LiveRouteParts {
  live: LiveHub;
  /** @throws {NvrError} `camera_not_found` */
  requireCamera(id: string): void;
}

/** A player that asks before the first segment is whole waits for it this long. */
const firstSegmentMs = 8_000;

const tags = ['Live'];

const immutable = 'private, max-age=3600, immutable';

const playlistAnswer = Type.String({ description: 'HLS playlist (RFC 8216).' });
const mediaAnswer = Type.Any({ description: 'fMP4 (ISO 14496-12).' });

export function liveRoutes(app: App, { live, requireCamera }: LiveRouteParts): void {
  const windowOf = (id: string): LiveWindow => {
    requireCamera(id);
    return hlsWindowOf(live.stream(id));
  };
  playlistRoutes(app, async (id) => {
    requireCamera(id);
    // Of what the worker replays, the oldest comes first; a player that saw it alone would start there.
    const stream = await live.open(id, {});
    return ready(hlsWindowOf(stream));
  });
  mediaRoutes(app, windowOf);
}

function playlistRoutes(app: App, windowOf: (id: string) => Promise<LiveWindow>): void {
  const schema = (summary: string) => ({
    tags,
    summary,
    params: CameraParamsSchema,
    produces: [playlistType],
    response: { 200: playlistAnswer, ...failures('camera_not_found', 'not_live') },
  });

  app.get(
    '/cameras/:id/live/index.m3u8',
    { schema: schema('Live view for any HLS player: the multivariant playlist') },
    async ({ params }, reply) => {
      const window = await windowOf(params.id);
      return reply.type(playlistType).header('cache-control', 'no-cache').send(multivariantPlaylist(window));
    },
  );

  app.get(
    '/cameras/:id/live/stream.m3u8',
    { schema: schema('Live view: the media playlist of the newest seconds') },
    async ({ params }, reply) => {
      const window = await windowOf(params.id);
      return reply.type(playlistType).header('cache-control', 'no-cache').send(mediaPlaylist(window));
    },
  );
}

function mediaRoutes(app: App, windowOf: (id: string) => LiveWindow): void {
  const response = { 200: mediaAnswer, ...failures('camera_not_found', 'not_found') };

  app.get(
    '/cameras/:id/live/init/:runId.mp4',
    {
      schema: {
        tags,
        summary: 'Initialization segment of a run',
        params: Type.Object({
          ...CameraParamsSchema.properties,
          runId: Type.String({ description: 'As the playlist names it.' }),
        }),
        produces: ['video/mp4'],
        response,
      },
    },
    ({ params }, reply) => {
      const init = windowOf(params.id).init(params.runId);
      if (!init) throw gone();
      return reply.type('video/mp4').header('cache-control', immutable).send(init);
    },
  );

  app.get(
    '/cameras/:id/live/segments/:sequence.m4s',
    {
      schema: {
        tags,
        summary: 'One live media segment',
        params: Type.Object({
          ...CameraParamsSchema.properties,
          sequence: Type.Integer({ minimum: 0, description: 'As the playlist names it.' }),
        }),
        produces: ['video/mp4'],
        response,
      },
    },
    ({ params }, reply) => {
      const segment = windowOf(params.id).segment(params.sequence);
      if (!segment) throw gone();
      const { bytes } = segment;
      return reply.type('video/mp4').header('cache-control', immutable).send(bytes);
    },
  );
}

/** @throws {NvrError} `not_live` when no segment comes in time. */
async function ready(window: LiveWindow): Promise<LiveWindow> {
  const patience = AbortSignal.timeout(firstSegmentMs);
  await window.firstSegment(patience);
  if (window.listed.length === 0) {
    throw new NvrError('not_live', 'The camera sends no picture now. Its status says why.');
  }
  return window;
}

const gone = () => new NvrError('not_found', 'This part of the live view is over. Load the playlist again.');
