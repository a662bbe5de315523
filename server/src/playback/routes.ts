import { type StreamName, StreamNameSchema, type TimeRange, Type } from '@nightjar/contract';
import type { ChunkMeta } from '../media/chunk.ts';
import type { Footage, Segment, SegmentWithChunks } from '../recording/index.ts';
import { NvrError } from '../shared/errors.ts';
import { playlistType } from '../shared/hls.ts';
import { type RangeQuery, RangeQuerySchema, requireRange } from '../shared/instants.ts';
import { type App, CameraParamsSchema, failures } from '../shared/route.ts';
import { streamIdsOf } from '../shared/stream-id.ts';
import { fastRoutes } from './fast/routes.ts';
import type { KeyframeIndex } from './keyframe.ts';
import { keyframeRoutes } from './keyframe-routes.ts';
import { type Stretch, stretchesOf } from './layout.ts';
import { mediaPlaylist, multivariantPlaylist, type PartAddresses } from './playlist.ts';
import { immutable, readSegment, type SegmentFile, sendSegment } from './segment-file.ts';
import { chunksWithSilence, hasSound, initWithSilence } from './silence.ts';
import { windowRoutes } from './window-routes.ts';

interface SegmentParts {
  segment(cameraId: string, id: number): Promise<Segment | undefined>;
  segmentWithChunks(cameraId: string, id: number): Promise<SegmentWithChunks | undefined>;
  fileOf(segment: Segment): string;
  onFileMissing(segment: Segment): Promise<void>;
}

export interface PlaybackRouteParts {
  index: SegmentParts &
    KeyframeIndex & {
      footage(cameraId: string, range: TimeRange): Promise<Footage>;
    };
  cameras: {
    /** @throws {NvrError} `camera_not_found` */
    require(id: string): unknown;
    /** @throws {NvrError} `camera_not_found`, `substream_not_found` */
    recordedStream(id: string, stream: StreamName | undefined): string;
  };
}

const StreamRangeSchema = Type.Object({ ...RangeQuerySchema.properties, stream: Type.Optional(StreamNameSchema) });

const tags = ['Playback'];
const maxRangeMs = 8 * 86_400_000;

const binary = {
  200: Type.Unsafe<unknown>({ type: 'string', format: 'binary', description: 'Fragmented MP4, video/mp4' }),
};

const SegmentParamsSchema = Type.Object({
  ...CameraParamsSchema.properties,
  file: Type.String({ description: '`<segment id>.mp4`', examples: ['1795356180123.mp4'] }),
});

export function playbackRoutes(app: App, parts: PlaybackRouteParts): void {
  playlists(app, parts);
  files(app, parts);
  soundingParts(app, parts);
  fastRoutes(app, parts);
  keyframeRoutes(app, parts);
  windowRoutes(app, parts, addresses);
}

function playlists(app: App, { index, cameras }: PlaybackRouteParts): void {
  const errors = failures(
    'invalid_request',
    'invalid_range',
    'camera_not_found',
    'substream_not_found',
    'footage_not_found',
  );
  const schema = {
    tags,
    params: CameraParamsSchema,
    querystring: StreamRangeSchema,
    response: { 200: Type.String({ description: 'HLS playlist, application/vnd.apple.mpegurl' }), ...errors },
  };
  const stretchesIn = async (streamId: string, range: TimeRange): Promise<Stretch[]> => {
    const stretches = stretchesOf(await index.footage(streamId, range), range);
    if (stretches.length === 0) throw new NvrError('footage_not_found', 'Nothing is recorded in this range.');
    return stretches;
  };

  app.get(
    '/cameras/:id/playback.m3u8',
    {
      schema: {
        ...schema,
        summary: 'Play a range',
        description:
          'HLS with fragmented MP4. Gaps are left out; EXT-X-PROGRAM-DATE-TIME tells the time after each. `stream=sub`: the ' +
          'substream, where it is recorded.',
      },
    },
    async ({ params, query }, reply) => {
      const range = requirePlayable(query);
      const { stream } = query;
      const stretches = await stretchesIn(cameras.recordedStream(params.id, stream), range);
      const which = stream === 'sub' ? '&stream=sub' : '';
      const playlist = multivariantPlaylist(stretches, `playback/media.m3u8?from=${range.from}&to=${range.to}${which}`);
      return reply.header('cache-control', 'no-cache').type(playlistType).send(playlist);
    },
  );

  app.get(
    '/cameras/:id/playback/media.m3u8',
    { schema: { ...schema, summary: 'Media playlist of a range: byte ranges of the segment files' } },
    async ({ params, query }, reply) => {
      const range = requirePlayable(query);
      const stretches = await stretchesIn(cameras.recordedStream(params.id, query.stream), range);
      const playlist = mediaPlaylist(stretches, range, addresses);
      return reply.header('cache-control', 'no-cache').type(playlistType).send(playlist);
    },
  );
}

/** Relative to `…/playback/media.m3u8`. */
const addresses: PartAddresses = {
  file: (id) => `../segments/${id}.mp4`,
  init: (id) => `parts/${id}/init.mp4`,
  part: ({ segmentId, offset, sizeBytes }) => `parts/${segmentId}/${offset}-${sizeBytes}.m4s`,
};

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
      response: { ...binary, ...failures('camera_not_found', 'footage_not_found') },
    },
    handler: async (request, reply) => {
      cameras.require(request.params.id);
      const id = /^(\d{1,15})\.mp4$/.exec(request.params.file)?.[1];
      const [main, sub] = streamIdsOf(request.params.id);
      const find = async (number: number) => (await index.segment(main, number)) ?? index.segment(sub, number);
      const segment = id === undefined ? undefined : await find(Number(id));
      if (!segment) throw new NvrError('footage_not_found', 'There is no such recording.');
      return sendSegment(request, reply, fileOf(index, segment));
    },
  });
}

const fileOf = (index: SegmentParts, segment: Segment): SegmentFile => ({
  segment,
  file: index.fileOf(segment),
  onMissing: () => index.onFileMissing(segment),
});

function soundingParts(app: App, { index, cameras }: PlaybackRouteParts): void {
  const notFound = () => new NvrError('footage_not_found', 'There is no such recording.');
  app.get(
    '/cameras/:id/playback/parts/:segmentId/:file',
    {
      schema: {
        tags,
        summary: 'Part of a segment, with a silent track added if it has no sound',
        description: 'Listed in playlists of which some parts have sound and others have none.',
        params: Type.Object({
          ...CameraParamsSchema.properties,
          segmentId: Type.String({
            pattern: '^\\d{1,15}$',
            description: "The segment's id.",
            examples: ['1795356180123'],
          }),
          file: Type.String({ description: '`init.mp4` or `<offset>-<bytes>.m4s`', examples: ['init.mp4'] }),
        }),
        response: { ...binary, ...failures('invalid_request', 'camera_not_found', 'footage_not_found') },
      },
    },
    async ({ params }, reply) => {
      cameras.require(params.id);
      const [main, sub] = streamIdsOf(params.id);
      const number = Number(params.segmentId);
      const segment = (await index.segmentWithChunks(main, number)) ?? (await index.segmentWithChunks(sub, number));
      if (!segment) throw notFound();
      const source = fileOf(index, segment);
      const bytes = await partFile(source, params.file, segment.chunks);
      if (!bytes) throw notFound();
      return reply.header('cache-control', immutable).type('video/mp4').send(bytes);
    },
  );
}

/** null when the segment has no such part. */
async function partFile(source: SegmentFile, name: string, chunks: readonly ChunkMeta[]): Promise<Buffer | null> {
  const head = await readSegment(source, 0, source.segment.headLength);
  if (name === 'init.mp4') return initWithSilence(head);
  const named = chunksNamed(name, chunks);
  const [first, last] = [named[0], named.at(-1)];
  if (!first || !last) return null;
  const sizeBytes = last.offset + last.sizeBytes - first.offset;
  const bytes = await readSegment(source, first.offset, sizeBytes);
  if (bytes.length < sizeBytes) return null;
  return hasSound(head) ? bytes : chunksWithSilence(bytes, named);
}

/** The chunks of `<offset>-<bytes>.m4s`; none when these are not whole chunks of the segment. */
function chunksNamed(file: string, chunks: readonly ChunkMeta[]): ChunkMeta[] {
  const match = /^(\d{1,12})-(\d{1,10})\.m4s$/.exec(file);
  const from = Number(match?.[1]);
  const to = from + Number(match?.[2]);
  const named = chunks.filter(({ offset, sizeBytes }) => offset >= from && offset + sizeBytes <= to);
  const exact = named[0]?.offset === from && named.reduce((end, { sizeBytes }) => end + sizeBytes, from) === to;
  return exact ? named : [];
}
