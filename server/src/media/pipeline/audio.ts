import type { Caps } from '../gst/index.ts';
import type { OfferedAudio } from '../rtsp/session-description.ts';

/** How one kind of sound becomes AAC. */
interface AudioPath {
  /** Name shown to people. */
  codec: string;
  /** With RTP its depayloader, and what follows, up to AAC (`copy`) or to raw samples. */
  elements: string[];
  /** The camera's bits are kept. */
  copy: boolean;
}

const copied = (codec: string, ...elements: string[]): AudioPath => ({ codec, elements, copy: true });
const decoded = (codec: string, ...elements: string[]): AudioPath => ({ codec, elements, copy: false });

/** By RTP encoding name, upper case (RFC 3551, RFC 3640, RFC 6416, RFC 7587 …). */
const audioPaths: Record<string, AudioPath> = {
  'MPEG4-GENERIC': copied('aac', 'rtpmp4gdepay', 'aacparse'),
  'MP4A-LATM': copied('aac', 'rtpmp4adepay', 'aacparse'),
  PCMA: decoded('pcma', 'rtppcmadepay', 'alawdec'),
  PCMU: decoded('pcmu', 'rtppcmudepay', 'mulawdec'),
  G722: decoded('g722', 'rtpg722depay', 'avdec_g722'),
  'G726-16': decoded('g726', 'rtpg726depay', 'avdec_g726'),
  'G726-24': decoded('g726', 'rtpg726depay', 'avdec_g726'),
  'G726-32': decoded('g726', 'rtpg726depay', 'avdec_g726'),
  'G726-40': decoded('g726', 'rtpg726depay', 'avdec_g726'),
  OPUS: decoded('opus', 'rtpopusdepay', 'opusdec'),
  L16: decoded('l16', 'rtpL16depay'),
  MPA: decoded('mp3', 'rtpmpadepay', 'mpegaudioparse', 'mpg123audiodec'),
  AC3: decoded('ac3', 'rtpac3depay', 'ac3parse', 'avdec_ac3'),
};

/** The same for media that come without RTP, by caps. */
function pathOfCaps({ name, fields }: Caps): AudioPath | null {
  switch (name) {
    case 'audio/mpeg':
      if (fields.mpegversion === 1) return decoded(mpegLayer(fields.layer), 'mpegaudioparse', 'mpg123audiodec');
      // Only with a decoder's help do other frames than these become raw ones.
      return fields['stream-format'] === 'loas' ? decoded('aac', 'avdec_aac_latm') : copied('aac', 'aacparse');
    case 'audio/x-ac3':
      return decoded('ac3', 'ac3parse', 'avdec_ac3');
    case 'audio/x-eac3':
      return decoded('eac3', 'ac3parse', 'avdec_eac3');
    case 'audio/x-opus':
      return decoded('opus', 'opusdec');
    case 'audio/x-vorbis':
      return decoded('vorbis', 'vorbisdec');
    case 'audio/x-flac':
      return decoded('flac', 'flacparse', 'avdec_flac');
    case 'audio/x-alaw':
      return decoded('pcma', 'alawdec');
    case 'audio/x-mulaw':
      return decoded('pcmu', 'mulawdec');
    case 'audio/x-raw':
      return decoded('pcm');
    default:
      return null;
  }
}

const mpegLayer = (layer: unknown) => (layer === 3 ? 'mp3' : layer === 1 ? 'mp1' : 'mp2');

/** Samples by which the encoder's first frame lags its time stamp: one AAC frame (measured with avenc_aac of GStreamer 1.22). */
const encoderDelaySamples = 1024;
const encoder = 'avenc_aac';

export interface AudioPlan {
  sourceCodec: string;
  /** Pipeline text from the pad that has it to an `audio/mpeg,stream-format=raw` pad. */
  text: string;
  /** The camera's bits are kept. */
  copied: boolean;
  /** Subtract from each time stamp. */
  delaySamples: number;
}

/**
 * How to record a camera's sound; a text saying why not when it cannot be recorded.
 * Every element is named `audio-…`, so that a failure can be told from one of the video.
 */
export function planAudio(offered: OfferedAudio, elementExists: (factory: string) => boolean): AudioPlan | string {
  return planPath(audioPaths[offered.encoding] ?? null, offered.encoding, elementExists);
}

/** The same for sound with these caps that comes without RTP. */
export function planAudioOfCaps(caps: Caps, elementExists: (factory: string) => boolean): AudioPlan | string {
  return planPath(pathOfCaps(caps), caps.name.replace(/^audio\/(x-)?/, ''), elementExists);
}

function planPath(
  path: AudioPath | null,
  name: string,
  elementExists: (factory: string) => boolean,
): AudioPlan | string {
  if (!path) return `The camera's sound (${name}) is not supported; recorded without sound.`;
  const encode = path.copy ? [] : ['audioconvert', 'audioresample', encoder, 'aacparse'];
  const missing = [...path.elements, ...encode].find((factory) => !elementExists(factory));
  if (missing)
    return `The camera's sound (${path.codec}) needs the GStreamer element ${missing}; recorded without sound.`;
  const named = (factory: string, index: number) => `${factory} name=audio-${index}`;
  const decode = path.elements.map(named);
  // 8 kHz is below what some browsers' AAC decoders take; the others keep their rate.
  const tail = path.copy
    ? []
    : [
        'audioconvert name=audio-convert',
        'audioresample name=audio-resample',
        'audio/x-raw,rate=[16000,48000],channels=[1,2]',
        `${encoder} name=audio-encode bitrate=64000`,
        'aacparse name=audio-parse',
      ];
  return {
    sourceCodec: path.codec,
    text: [...decode, ...tail].join(' ! '),
    copied: path.copy,
    delaySamples: path.copy ? 0 : encoderDelaySamples,
  };
}
