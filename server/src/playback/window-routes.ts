import { StreamNameSchema, Type } from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import { playlistType } from '../shared/hls.ts';
import { RangeQuerySchema, requireRange } from '../shared/instants.ts';
import { type App, CameraParamsSchema, failures } from '../shared/route.ts';
import { type Part, type Stretch, stretchesOf, type WindowCut } from './layout.ts';
import { mediaPlaylist, type PartAddresses } from './playlist.ts';
import type { PlaybackRouteParts } from './routes.ts';
import { silentCodecString } from './silence.ts';
import { switchSchema } from './switch.ts';

const maxWindowMs = 3_600_000;

const WindowQuerySchema = Type.Object({
  ...RangeQuerySchema.properties,
  continues: switchSchema('`true`: begins where the window before ended.'),
  sound: switchSchema('`true`: what has no sound gets a silent track.'),
  stream: Type.Optional(StreamNameSchema),
});

/** What the web player loads piece by piece: it strings windows together to one playlist that grows while it is played. */
export function windowRoutes(app: App, { index, cameras }: PlaybackRouteParts, addresses: PartAddresses): void {
  app.get(
    '/cameras/:id/playback/window.m3u8',
    {
      schema: {
        tags: ['Playback'],
        summary: 'Media playlist of a window of at most an hour, for a player that goes on with the next one',
        description:
          'Ends with a whole group of pictures, or where the recording does; without segments where nothing is recorded. ' +
          '`continues=true`: begins where the window before ended, be it within a group. `sound=true`: what has no sound gets a silent track. Before each stretch ' +
          'without a break, `#EXT-X-NIGHTJAR-STRETCH` tells its run, media time in seconds, and codecs.',
        params: CameraParamsSchema,
        querystring: WindowQuerySchema,
        response: {
          200: Type.String({ description: 'HLS playlist, application/vnd.apple.mpegurl' }),
          ...failures('invalid_request', 'invalid_range', 'camera_not_found', 'substream_not_found'),
        },
      },
    },
    async ({ params, query }, reply) => {
      const range = requireRange(query);
      if (range.to - range.from > maxWindowMs) {
        throw new NvrError('invalid_range', 'to: one window covers at most an hour', { field: 'to' });
      }
      const cut: WindowCut = { continues: query.continues === 'true', withSound: query.sound === 'true' };
      const footage = await index.footage(cameras.recordedStream(params.id, query.stream), range);
      const playlist = mediaPlaylist(stretchesOf(footage, range, cut), range, addresses, stretchTag);
      return reply.header('cache-control', 'no-cache').type(playlistType).send(playlist);
    },
  );
}

function stretchTag({ run, parts, withSilence }: Stretch): string[] {
  const { mediaTime } = parts[0] as Part;
  const codecs = [...run.codecStrings, ...(withSilence ? [silentCodecString] : [])].join(',');
  return [`#EXT-X-NIGHTJAR-STRETCH:RUN="${run.id}",TIME=${(mediaTime / 90_000).toFixed(6)},CODECS="${codecs}"`];
}
