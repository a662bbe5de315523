import { fastSpeeds, StreamNameSchema, type TimeRange, Type } from '@nightjar/contract';
import type { Footage, Segment } from '../../recording/index.ts';
import { NvrError } from '../../shared/errors.ts';
import { playlistType } from '../../shared/hls.ts';
import { RangeQuerySchema, requireRange } from '../../shared/instants.ts';
import { type App, CameraParamsSchema, failures } from '../../shared/route.ts';
import { streamIdsOf } from '../../shared/stream-id.ts';
import type { PlaybackRouteParts } from '../routes.ts';
import { immutable, type SegmentFile } from '../segment-file.ts';
import { switchSchema } from '../switch.ts';
import { makeFragment } from './fragment.ts';
import { VideoConfigs, videoInit } from './inits.ts';
import { type FastFragment, fragmentMsAt, layoutOf, picturesIn, playingTicks } from './layout.ts';
import { cellMsAt, picturesOf } from './pictures.ts';
import { type FastAddresses, fastPlaylist } from './playlist.ts';

const tags = ['Playback'];
const maxRangeMs = 2 * 86_400_000;
/** Times that were rounded to milliseconds are compared with this tolerance. */
const roundingMs = 2;

const FastQuerySchema = Type.Object({
  ...RangeQuerySchema.properties,
  speed: Type.String({
    pattern: `^(${fastSpeeds.join('|')})$`,
    errorMessage: `must be one of ${fastSpeeds.join(', ')}`,
    description: `How much faster than life: ${fastSpeeds.join(', ')}.`,
    examples: ['64'],
  }),
  reverse: switchSchema('`true`: from the end of the range to its beginning.'),
  stream: Type.Optional(StreamNameSchema),
});

/** Review at 8 times the speed and more: keyframes only, re-timed as they are sent. Nothing is decoded. */
export function fastRoutes(app: App, parts: PlaybackRouteParts): void {
  playlist(app, parts);
  media(app, parts);
}

/** Relative to `…/playback/fast.m3u8`. */
const addressesAt = (speed: number, reverse: boolean): FastAddresses => ({
  init: (segmentId) => `fast/${segmentId}/init.mp4`,
  fragment: ({ segmentId, fromMs, toMs, mediaTime }) =>
    `fast/${segmentId}/${speed}-${reverse ? `${toMs}-${fromMs}` : `${fromMs}-${toMs}`}-${mediaTime}.m4s`,
});

const fileOf = (index: PlaybackRouteParts['index'], segment: Segment): SegmentFile => ({
  segment,
  file: index.fileOf(segment),
  onMissing: () => index.onFileMissing(segment),
});

function playlist(app: App, { index, cameras }: PlaybackRouteParts): void {
  const configs = new VideoConfigs();
  app.get(
    '/cameras/:id/playback/fast.m3u8',
    {
      schema: {
        tags,
        summary: 'Play a range many times as fast',
        description:
          'HLS of the keyframes alone, at most ten a second of playing, without sound; gaps are left out. Before each ' +
          'fragment `EXT-X-NIGHTJAR-WALL:<ms>,<ms>` gives the wall time at its beginning and at its end.',
        params: CameraParamsSchema,
        querystring: FastQuerySchema,
        response: {
          200: Type.String({ description: 'HLS playlist, application/vnd.apple.mpegurl' }),
          ...failures(
            'invalid_request',
            'invalid_range',
            'camera_not_found',
            'substream_not_found',
            'footage_not_found',
          ),
        },
      },
    },
    async ({ params, query, log }, reply) => {
      const range = requireRange(query);
      if (range.to - range.from > maxRangeMs) {
        throw new NvrError('invalid_range', 'to: one fast playlist covers at most 2 days', { field: 'to' });
      }
      const [speed, reverse] = [Number(query.speed), query.reverse === 'true'];
      const footage = await index.footage(cameras.recordedStream(params.id, query.stream), range);
      const configOf = await configs.of(
        footage,
        (segment) => fileOf(index, segment),
        (err) => log.warn({ err }, 'The head of a segment cannot be read; its run is not played'),
      );
      const readable = footage.segments.filter(({ runId }) => configOf.has(runId));
      const fragments = layoutOf(picturesOf({ ...footage, segments: readable }, range, cellMsAt(speed)), {
        ...{ range, speed, reverse },
        configOf: (runId) => configOf.get(runId) ?? '',
      });
      if (fragments.length === 0) throw new NvrError('footage_not_found', 'Nothing is recorded in this range.');
      return reply
        .header('cache-control', 'no-cache')
        .type(playlistType)
        .send(fastPlaylist(fragments, { reverse }, addressesAt(speed, reverse)));
    },
  );
}

function media(app: App, { index, cameras }: PlaybackRouteParts): void {
  const notFound = () => new NvrError('footage_not_found', 'There is no such recording.');
  app.get(
    '/cameras/:id/playback/fast/:segmentId/:file',
    {
      schema: {
        tags,
        summary: 'Keyframes of some seconds of fast playing',
        description: 'Listed in the playlist. Made of the recording when it is asked for.',
        params: Type.Object({
          ...CameraParamsSchema.properties,
          segmentId: Type.String({
            pattern: '^\\d{1,15}$',
            description: "The id of the first picture's segment.",
            examples: ['1795356180123'],
          }),
          file: Type.String({
            description:
              '`init.mp4` or `<speed>-<wall time at the beginning>-<at the end>-<media time, 1/90000 s>.m4s`',
            examples: ['init.mp4'],
          }),
        }),
        response: {
          200: Type.Unsafe<unknown>({ type: 'string', format: 'binary', description: 'Fragmented MP4, video/mp4' }),
          ...failures('invalid_request', 'camera_not_found', 'footage_not_found'),
        },
      },
    },
    async ({ params }, reply) => {
      cameras.require(params.id);
      const [main, sub] = streamIdsOf(params.id);
      const id = Number(params.segmentId);
      const segment = (await index.segment(main, id)) ?? (await index.segment(sub, id));
      if (!segment) throw notFound();
      reply.header('cache-control', immutable).type('video/mp4');
      if (params.file === 'init.mp4') return reply.send(await videoInit(fileOf(index, segment)));
      const wanted = readName(params.file);
      if (!wanted) throw notFound();
      const { fromMs, toMs, speed } = wanted;
      // Nothing beyond is in one fragment, whatever the name says.
      const until = (Math.floor(fromMs / fragmentMsAt(speed)) + 1) * fragmentMsAt(speed);
      const range = {
        from: fromMs + roundingMs,
        to: Math.max(Math.min(toMs, until) - roundingMs, fromMs + 1),
      } as TimeRange;
      const stretches = picturesOf(await footageOf(index, segment.cameraId, range), range, cellMsAt(speed));
      const pictures = picturesIn(stretches, { segmentId: id, fromMs, speed });
      if (pictures.length === 0) throw notFound();
      const { bytes, incomplete } = await makeFragment(pictures, wanted, (picture) => fileOf(index, picture.segment));
      if (incomplete) reply.header('cache-control', 'no-store');
      return reply.send(bytes);
    },
  );
}

/** Also when the range is shorter than what was rounded away of it. */
const footageOf = (index: PlaybackRouteParts['index'], streamId: string, { from, to }: TimeRange): Promise<Footage> =>
  index.footage(streamId, { from: from - 2 * roundingMs, to: to + roundingMs } as TimeRange);

type Named = Pick<FastFragment, 'fromMs' | 'toMs' | 'mediaTime' | 'duration'> & { speed: number; reverse: boolean };

/** null when it is no name that a playlist has. */
function readName(file: string): Named | null {
  const match = /^(\d{1,3})-(\d{1,15})-(\d{1,15})-(\d{1,12})\.m4s$/.exec(file);
  if (!match) return null;
  const [speed = 0, begin = 0, end = 0, mediaTime = 0] = match.slice(1).map(Number);
  if (begin === end || !fastSpeeds.some((known) => known === speed)) return null;
  const [fromMs, toMs] = [Math.min(begin, end), Math.max(begin, end)];
  return { speed, fromMs, toMs, mediaTime, duration: playingTicks(toMs - fromMs, speed), reverse: begin > end };
}
