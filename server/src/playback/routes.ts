import { type TimeRange, Type } from '@nightjar/contract';
import type { Footage, Segment } from '../recording/index.ts';
import { NvrError } from '../shared/errors.ts';
import { playlistType } from '../shared/hls.ts';
import { type RangeQuery, RangeQuerySchema, requireRange } from '../shared/instants.ts';
import { type App, CameraParamsSchema, failures } from '../shared/route.ts';
import { type Stretch, stretchesOf } from './layout.ts';
import { mediaPlaylist, multivariantPlaylist } from './playlist.ts';
import { sendSegment } from './segment-file.ts';

interface PlaybackRouteParts {
  index: {
    footage(cameraId: string, range: TimeRange): Promise<Footage>;
    segment(cameraId: string, id: number): Promise<Segment | undefined>;
    fileOf(segment: Segment): string;
    onFileMissing(segment: Segment): Promise<void>;
  };
  cameras: {
    /** @throws {NvrError} `camera_not_found` */
    require(id: string): unknown;
  };
}

const tags = ['Playback'];
const maxRangeMs = 8 * 86_400_000;

const SegmentParamsSchema = Type.Object({
  ...CameraParamsSchema.properties,
  file: Type.String({ description: '`<segment id>.mp4`', examples: ['1795356180123.mp4'] }),
});

export function playbackRoutes(app: App, parts: PlaybackRouteParts): void {
  playlists(app, parts);
  files(app, parts);
}

function playlists(app: App, { index, cameras }: PlaybackRouteParts): void {
  const errors = failures('invalid_request', 'invalid_range', 'camera_not_found', 'footage_not_found');
  const schema = {
    tags,
    params: CameraParamsSchema,
    querystring: RangeQuerySchema,
    response: { 200: Type.String({ description: 'HLS playlist, application/vnd.apple.mpegurl' }), ...errors },
  };
  const stretchesIn = async (cameraId: string, range: TimeRange): Promise<Stretch[]> => {
    cameras.require(cameraId);
    const stretches = stretchesOf(await index.footage(cameraId, range), range);
    if (stretches.length === 0) throw new NvrError('footage_not_found', 'Nothing is recorded in this range.');
    return stretches;
  };

  app.get(
    '/cameras/:id/playback.m3u8',
    {
      schema: {
        ...schema,
        summary: 'Play a range',
        description: 'HLS with fragmented MP4. Gaps are left out; EXT-X-PROGRAM-DATE-TIME tells the time after each.',
      },
    },
    async ({ params, query }, reply) => {
      const range = requirePlayable(query);
      const stretches = await stretchesIn(params.id, range);
      const playlist = multivariantPlaylist(stretches, `playback/media.m3u8?from=${range.from}&to=${range.to}`);
      return reply.header('cache-control', 'no-cache').type(playlistType).send(playlist);
    },
  );

  app.get(
    '/cameras/:id/playback/media.m3u8',
    { schema: { ...schema, summary: 'Media playlist of a range: byte ranges of the segment files' } },
    async ({ params, query }, reply) => {
      const range = requirePlayable(query);
      const stretches = await stretchesIn(params.id, range);
      const playlist = mediaPlaylist(stretches, range, (id) => `../segments/${id}.mp4`);
      return reply.header('cache-control', 'no-cache').type(playlistType).send(playlist);
    },
  );
}

/** @throws {NvrError} `invalid_request`, `invalid_range` */
function requirePlayable(query: RangeQuery): TimeRange {
  const range = requireRange(query);
  if (range.to - range.from > maxRangeMs) {
    throw new NvrError('invalid_range', 'to: one playlist covers at most 8 days', { field: 'to' });
  }
  return range;
}

function files(app: App, { index, cameras }: PlaybackRouteParts): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/cameras/:id/segments/:file',
    schema: {
      tags,
      summary: "A segment's file, whole or a byte range",
      params: SegmentParamsSchema,
      response: {
        200: Type.Unsafe<unknown>({ type: 'string', format: 'binary', description: 'Fragmented MP4, video/mp4' }),
        ...failures('camera_not_found', 'footage_not_found'),
      },
    },
    handler: async (request, reply) => {
      cameras.require(request.params.id);
      const id = /^(\d{1,15})\.mp4$/.exec(request.params.file)?.[1];
      const segment = id === undefined ? undefined : await index.segment(request.params.id, Number(id));
      if (!segment) throw new NvrError('footage_not_found', 'There is no such recording.');
      const onMissing = () => index.onFileMissing(segment);
      return sendSegment(request, reply, { segment, file: index.fileOf(segment), onMissing });
    },
  });
}
