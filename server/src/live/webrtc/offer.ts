import { isIP } from 'node:net';
import { type MediaDescription, parse, type SessionDescription, write } from 'sdp-transform';
import { NvrError } from '../../shared/errors.ts';
import { profileFit, profileName } from './h264-profile.ts';

/** How one track is sent, as the browser numbered it. */
export interface OfferedTrack {
  payloadType: number;
  /** Parameters of the format, for `a=fmtp`. */
  parameters: string;
  /** For packets sent again (RFC 4588); null when it takes none. */
  retransmissionType: number | null;
  /** Of the decoder, as `a=fmtp` has it; undefined where none is told, and for sound. */
  profileLevelId?: string | undefined;
}

export interface Offer {
  /** What we answer to: of the offer only what we take up, all the rest refused. */
  sdp: string;
  video: OfferedTrack;
  audio: OfferedTrack | null;
  /** The viewer's ICE user name. */
  iceUfrag: string;
}

export const playoutDelayUri = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';
const maxMediaLines = 16;
const maxCandidates = 32;

/** An offer that could be answered, if it fits the camera. */
export interface ParsedOffer {
  description: SessionDescription;
  video: MediaDescription;
  transport: Transport;
}

/**
 * Reads the offer of a viewer (RFC 9725 section 4.2; RFC 8829).
 * @throws {NvrError} `invalid_request`
 */
export function parseOffer(text: string): ParsedOffer {
  const description = parseSdp(text);
  const video = description.media.find((media) => media.type === 'video' && isWanted(media));
  if (!video) throw invalid('it asks for no picture: there is no m=video that receives');
  const odd = description.media.find(({ type }) => !['video', 'audio', 'application'].includes(type));
  if (odd) throw invalid('it has media other than picture, sound and data');
  return { description, video, transport: transportOf(description, video) };
}

/**
 * Writes anew what of an offer we take up: none of its text goes further unread.
 *
 * @param record AVCDecoderConfigurationRecord of the stream.
 * @throws {NvrError} `live_not_possible`
 */
export function takeUp(
  { description, video, transport }: ParsedOffer,
  { record, hasSound }: { record: Uint8Array; hasSound: boolean },
): Offer {
  const videoTrack = h264Of(video, record);
  const tracks = new Map<MediaDescription, OfferedTrack>([[video, videoTrack]]);
  const bundle = (description.groups ?? []).find(
    ({ type, mids }) => type === 'BUNDLE' && midsOf(mids).includes(midOf(video)),
  );
  const shared = midsOf(bundle?.mids ?? '');
  const audio = description.media.find(
    (media) => media.type === 'audio' && isWanted(media) && shared.includes(midOf(media)) && opusOf(media) !== null,
  );
  const audioTrack = hasSound && audio ? opusOf(audio) : null;
  if (audio && audioTrack) tracks.set(audio, audioTrack);
  return {
    sdp: write({
      version: 0,
      origin: { username: '-', sessionId: '1', sessionVersion: 1, netType: 'IN', ipVer: 4, address: '127.0.0.1' },
      name: '-',
      timing: { start: 0, stop: 0 },
      groups: [{ type: 'BUNDLE', mids: [...tracks.keys()].map(midOf).join(' ') }],
      media: description.media.map((media) => {
        const track = tracks.get(media);
        return track ? takenMedia(media, track, transport) : refusedMedia(media);
      }),
    }),
    video: videoTrack,
    audio: audioTrack,
    iceUfrag: transport.iceUfrag,
  };
}

function parseSdp(text: string): SessionDescription {
  if (!text.startsWith('v=0')) throw invalid('it is no session description (RFC 8866)');
  const given = parse(text);
  if (given.media.length > maxMediaLines) throw invalid(`it has more than ${maxMediaLines} media`);
  const mids = given.media.map(midOf);
  if (new Set(mids).size < mids.length) throw invalid('two of its media have the same mid');
  return given;
}

const invalid = (problem: string): NvrError =>
  new NvrError('invalid_request', `The offer cannot be answered: ${problem}.`, { field: 'body' });

/** An offer without mids has one medium of a kind. */
function midOf(media: MediaDescription): string {
  const mid = String(media.mid ?? media.type);
  if (!/^[\w.+-]{1,64}$/.test(mid)) throw invalid('a mid is not as it should be');
  return mid;
}

const midsOf = (text: string): string[] => String(text).split(' ');

const isWanted = ({ port, direction, protocol }: MediaDescription): boolean =>
  port !== 0 &&
  (direction === 'recvonly' || direction === 'sendrecv' || direction === undefined) &&
  /^(UDP|TCP)\/TLS\/RTP\/SAVPF$/.test(protocol);

/** @throws {NvrError} `live_not_possible` */
function h264Of(media: MediaDescription, record: Uint8Array): OfferedTrack {
  const fitting = media.rtp
    .filter(({ codec, rate }) => codec.toUpperCase() === 'H264' && rate === 90_000)
    .map(({ payload }) => {
      const parameters = parametersOf(media, payload);
      const profileLevelId = parameters.get('profile-level-id');
      const fit = parameters.get('packetization-mode') === '1' ? profileFit(record, profileLevelId) : null;
      return { payload, profileLevelId, fit };
    })
    .filter(({ payload, fit }) => fit !== null && isPayloadType(payload))
    .sort((a, b) => (a.fit ?? 0) - (b.fit ?? 0));
  const [best] = fitting;
  if (!best) {
    throw new NvrError(
      'live_not_possible',
      `The browser does not offer to show H.264 of this camera's profile (${profileName(record)}) over WebRTC.`,
    );
  }
  return {
    payloadType: best.payload,
    parameters: ['level-asymmetry-allowed=1', 'packetization-mode=1']
      .concat(best.profileLevelId === undefined ? [] : `profile-level-id=${best.profileLevelId}`)
      .join(';'),
    retransmissionType: retransmissionOf(media, best.payload),
    profileLevelId: best.profileLevelId,
  };
}

function opusOf(media: MediaDescription): OfferedTrack | null {
  const opus = media.rtp.find(
    ({ codec, rate, encoding, payload }) =>
      codec.toLowerCase() === 'opus' && rate === 48_000 && Number(encoding) === 2 && isPayloadType(payload),
  );
  return opus ? { payloadType: opus.payload, parameters: 'stereo=1', retransmissionType: null } : null;
}

function retransmissionOf(media: MediaDescription, payload: number): number | null {
  const rtx = media.rtp.find(
    (format) =>
      format.codec.toLowerCase() === 'rtx' &&
      isPayloadType(format.payload) &&
      parametersOf(media, format.payload).get('apt') === String(payload),
  );
  return rtx?.payload ?? null;
}

/** Those below 32 and from 64 to 95 are taken by others or mistaken for RTCP (RFC 5761). */
const isPayloadType = (payload: number): boolean =>
  Number.isInteger(payload) && ((payload >= 96 && payload <= 127) || (payload >= 35 && payload <= 63));

function parametersOf(media: MediaDescription, payload: number): Map<string, string> {
  const config = media.fmtp.find((fmtp) => fmtp.payload === payload)?.config ?? '';
  return new Map(
    String(config)
      .split(';')
      .map((pair) => pair.trim().split('='))
      .map(([name = '', value = '']) => [name.toLowerCase(), value]),
  );
}

type Transport = Required<Pick<MediaDescription, 'iceUfrag' | 'icePwd' | 'fingerprint' | 'setup' | 'candidates'>>;

function transportOf(given: SessionDescription, media: MediaDescription): Transport {
  const iceUfrag = String(media.iceUfrag ?? given.iceUfrag ?? '');
  const icePwd = String(media.icePwd ?? given.icePwd ?? '');
  const fingerprint = media.fingerprint ?? given.fingerprint;
  const setup = media.setup ?? given.setup ?? 'actpass';
  if (!/^[\w+/-]{4,256}$/.test(iceUfrag) || !/^[\w+/-]{22,256}$/.test(icePwd)) {
    throw invalid('it has no ICE user name and password (RFC 8839)');
  }
  if (
    !fingerprint ||
    !/^sha-(256|384|512)$/i.test(fingerprint.type) ||
    !/^([0-9a-f]{2}:)+[0-9a-f]{2}$/i.test(fingerprint.hash)
  ) {
    throw invalid('it has no fingerprint of a certificate (RFC 8122)');
  }
  if (!['actpass', 'active', 'passive'].includes(setup)) throw invalid('its a=setup is unknown');
  return {
    iceUfrag,
    icePwd,
    fingerprint,
    setup,
    candidates: (media.candidates ?? []).filter(isUsable).slice(0, maxCandidates),
  };
}

type Candidate = NonNullable<MediaDescription['candidates']>[number];

/**
 * A name of mDNS, which browsers give instead of an address, would have to be asked for on the local network; the
 * viewer's own checks tell its address sooner.
 */
export function isUsable({ ip, port, transport, type, foundation, component, priority }: Candidate): boolean {
  return (
    isIP(ip) !== 0 &&
    transport.toLowerCase() === 'udp' &&
    component === 1 &&
    Number.isInteger(priority) &&
    port > 0 &&
    port < 65_536 &&
    ['host', 'srflx', 'prflx', 'relay'].includes(type) &&
    /^[\w+/]{1,32}$/.test(String(foundation))
  );
}

function takenMedia(media: MediaDescription, track: OfferedTrack, transport: Transport): MediaDescription {
  const { payloadType, parameters, retransmissionType } = track;
  const [codec, rate] = media.type === 'video' ? ['H264', 90_000] : ['opus', 48_000];
  const isVideo = media.type === 'video';
  return {
    type: media.type,
    port: 9,
    protocol: 'UDP/TLS/RTP/SAVPF',
    payloads: [payloadType, ...(retransmissionType === null ? [] : [retransmissionType])].join(' '),
    connection: { version: 4, ip: '0.0.0.0' },
    ...transport,
    mid: midOf(media),
    direction: 'recvonly',
    rtcpMux: 'rtcp-mux',
    ext: (media.ext ?? [])
      .filter(({ uri, value }) => uri === playoutDelayUri && value >= 1 && value <= 14)
      .map(({ uri, value }) => ({ uri, value })),
    rtp: [
      { payload: payloadType, codec, rate, ...(isVideo ? {} : { encoding: 2 }) },
      ...(retransmissionType === null ? [] : [{ payload: retransmissionType, codec: 'rtx', rate }]),
    ],
    fmtp: [
      { payload: payloadType, config: parameters },
      ...(retransmissionType === null ? [] : [{ payload: retransmissionType, config: `apt=${payloadType}` }]),
    ],
    rtcpFb: isVideo
      ? [
          { payload: payloadType, type: 'nack' },
          { payload: payloadType, type: 'nack', subtype: 'pli' },
        ]
      : [],
  };
}

function refusedMedia(media: MediaDescription): MediaDescription {
  const isRtp = media.type === 'video' || media.type === 'audio';
  return {
    type: media.type,
    port: 0,
    protocol: isRtp ? 'UDP/TLS/RTP/SAVPF' : 'UDP/DTLS/SCTP',
    payloads: isRtp ? '0' : 'webrtc-datachannel',
    connection: { version: 4, ip: '0.0.0.0' },
    mid: midOf(media),
    direction: 'inactive',
    rtp: [],
    fmtp: [],
  };
}
