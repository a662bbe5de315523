import { parse, type types } from 'hls-parser';
import { NvrError } from '../../shared/errors.ts';
import type { HttpClient } from './http-client.ts';

export const maxPlaylistBytes = 4 * 1024 * 1024;

export interface FoundPlaylist {
  playlist: types.MediaPlaylist;
  url: string;
  /** Its sound is in a playlist of its own. */
  soundIsElsewhere: boolean;
}

/**
 * The playlist of segments: itself, or the best of those that it lists.
 * @throws {NvrError}
 */
export async function findMediaPlaylist(client: HttpClient, text: string, url: string): Promise<FoundPlaylist> {
  const playlist = parsePlaylist(text);
  if (!isMaster(playlist)) return { playlist, url, soundIsElsewhere: false };
  const variant = bestVariant(playlist.variants);
  const answer = await client.fetch(new URL(variant.uri, url).href, maxPlaylistBytes);
  const chosen = parsePlaylist(answer.bytes.toString('utf8'));
  if (isMaster(chosen)) throw new NvrError('camera_protocol_error', 'The playlist leads to no segments.');
  const soundIsElsewhere = variant.audio.some(({ uri }) => uri !== undefined);
  return { playlist: chosen, url: answer.url, soundIsElsewhere };
}

/** @throws {NvrError} `camera_protocol_error` when it is none. */
export function parsePlaylist(text: string): types.MasterPlaylist | types.MediaPlaylist {
  try {
    return parse(text) as types.MasterPlaylist | types.MediaPlaylist;
  } catch (cause) {
    throw new NvrError('camera_protocol_error', 'The playlist cannot be read.', { cause });
  }
}

const isMaster = (playlist: types.MasterPlaylist | types.MediaPlaylist): playlist is types.MasterPlaylist =>
  playlist.isMasterPlaylist;

/** The one with most bits, of those whose picture can be kept as it is where there are such. */
function bestVariant(variants: readonly types.Variant[]): types.Variant {
  const pictures = variants.filter(({ codecs, isIFrameOnly }) => !isIFrameOnly && !(codecs && isSoundOnly(codecs)));
  const kept = pictures.filter(({ codecs }) => !codecs || /\b(avc[13]|hvc1|hev1)\b/.test(codecs));
  const [best] = (kept.length > 0 ? kept : pictures).toSorted((a, b) => b.bandwidth - a.bandwidth);
  if (!best) throw new NvrError('camera_no_video', 'The playlist offers no picture, only sound.');
  return best;
}

const isSoundOnly = (codecs: string) =>
  codecs.split(',').every((codec) => /^(mp4a|ac-3|ec-3|opus)/i.test(codec.trim()));
