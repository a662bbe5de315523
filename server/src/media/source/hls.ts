import { NvrError } from '../../shared/errors.ts';
import { Branches } from './branches.ts';
import { demuxerFor } from './container.ts';
import { PlaylistFollower, type PlaylistMedia } from './hls-follower.ts';
import { findMediaPlaylist } from './hls-playlist.ts';
import type { HttpClient } from './http-client.ts';
import { Pusher } from './push.ts';
import type { Feed, OpenSource, SourceRequest } from './source.ts';

interface OpenPlaylist {
  client: HttpClient;
  /** The playlist as it was answered, and from where. */
  text: string;
  url: string;
  signal: AbortSignal;
  release(): void;
}

const elsewhere = "The stream's sound is in a playlist of its own, which is not followed; recorded without sound.";

/** A live stream cut into segments (RFC 8216): its best variant, from three segments before its end on. */
export async function openHls(request: SourceRequest, open: OpenPlaylist): Promise<OpenSource> {
  const { client, signal, release } = open;
  const { playlist, url, soundIsElsewhere } = await findMediaPlaylist(client, open.text, open.url);
  const follower = new PlaylistFollower({ client, url, playlist, memory: request.memory, signal });
  const media = follower.media();
  /** What begins the next pipeline. */
  let begin = await nextOf(media);
  let failure: unknown = null;
  return {
    receivedOver: 'hls',
    certificateTrusted: client.certificateTrusted,
    isPaced: true,
    // A segment that comes late is no reason to begin anew.
    stalledAfterMs: 5_000 + 3_000 * follower.targetSeconds,
    async next(): Promise<Feed> {
      const first = begin;
      if (!first) throw failure ?? new NvrError('camera_stream_ended', 'The playlist has come to its end.');
      begin = null;
      const plan = new Branches(request, soundIsElsewhere ? elsewhere : null);
      const demuxer = demuxerFor(first.bytes, 'What the playlist leads to');
      return {
        text: `appsrc name=src is-live=true format=bytes max-bytes=0 ! ${demuxer} name=demux`,
        plan,
        prepare: (pipeline) => plan.follow(pipeline),
        async run(pipeline, ended) {
          const pusher = new Pusher(pipeline, ended);
          try {
            for (let next: PlaylistMedia | null = first; next; next = await nextOf(media)) {
              if (next !== first && next.beginsAnew) {
                begin = next;
                break;
              }
              if (!(await pusher.push(next.bytes))) return;
            }
          } catch (error) {
            // What was fetched before is given out to its end.
            failure = error;
          }
          pusher.end();
        },
      };
    },
    release,
  };
}

async function nextOf(media: AsyncGenerator<PlaylistMedia>): Promise<PlaylistMedia | null> {
  const { value, done } = await media.next();
  return done ? null : value;
}
