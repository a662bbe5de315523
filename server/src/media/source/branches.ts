import { NvrError } from '../../shared/errors.ts';
import { type Caps, elementExists, type Pipeline, parseCaps } from '../gst/index.ts';
import { type AudioPlan, planAudioOfCaps } from '../pipeline/audio.ts';
import { accessUnits, encodeText, toPlain } from '../pipeline/description.ts';
import { asNvrError } from '../pipeline/failures.ts';
import { encoderMissing, fitForEncoding } from './encoding.ts';
import type { SourceRequest } from './source.ts';
import type { OfferedMedia, TrackPlan } from './track-plan.ts';

/** How one kind of picture is taken. */
interface VideoPath {
  codec: string;
  /** Pipeline text; '' for nothing. */
  parse: string;
  /** Element that decodes; null where nothing is coded. */
  decoder: string | null;
  /** What is recorded when the bits are kept; null when they cannot be. */
  copied: 'h264' | 'h265' | null;
}

const encoded = (codec: string, parse: string, decoder: string | null): VideoPath => ({
  codec,
  parse,
  decoder,
  copied: null,
});

function pathOf({ name, fields }: Caps): VideoPath | null {
  switch (name) {
    case 'video/x-h264':
      return { codec: 'h264', parse: 'h264parse name=parse', decoder: 'avdec_h264', copied: 'h264' };
    case 'video/x-h265':
      return { codec: 'h265', parse: 'h265parse name=parse', decoder: 'avdec_h265', copied: 'h265' };
    case 'image/jpeg':
      return encoded('jpeg', '', 'jpegdec');
    case 'video/x-raw':
      return encoded('raw', '', null);
    case 'video/mpeg':
      return fields.mpegversion === 4
        ? encoded('mpeg4', 'mpeg4videoparse name=parse', 'avdec_mpeg4')
        : encoded(`mpeg${fields.mpegversion}`, 'mpegvideoparse name=parse', 'avdec_mpeg2video');
    case 'video/x-vp8':
      return encoded('vp8', '', 'avdec_vp8');
    case 'video/x-vp9':
      return encoded('vp9', '', 'avdec_vp9');
    case 'video/x-av1':
      return encoded('av1', '', 'av1dec');
    default:
      return null;
  }
}

const sink = 'async=false sync=false max-buffers=500';

/**
 * Decides what becomes of each track of a source whose tracks show only when it is received: the first picture that can be
 * recorded and the first sound; what cannot be kept as it is gets encoded.
 */
export class Branches implements TrackPlan {
  readonly #request: SourceRequest;
  #video: OfferedMedia['video'] | null = null;
  #sound: OfferedMedia['audio'] = null;
  #unsupported: string[] = [];
  audio: AudioPlan | null = null;
  audioNote: string | null;
  encoder: string | null = null;
  failure: NvrError | null = null;

  /** @param audioNote why a part of its sound will not come. */
  constructor(request: SourceRequest, audioNote: string | null = null) {
    this.#request = request;
    this.audioNote = audioNote;
  }

  get offered(): OfferedMedia | null {
    return this.#video && { video: this.#video, audio: this.#sound };
  }

  /** Pictures that came and cannot be recorded, when there are no others. */
  get unsupported(): NvrError | null {
    if (this.#video || this.#unsupported.length === 0) return null;
    return new NvrError(
      'camera_unsupported_codec',
      `The source sends ${this.#unsupported.join(', ')} video, which cannot be recorded. Change its codec to H.264 or H.265.`,
    );
  }

  /** Takes the tracks that the element `demux` finds; before the pipeline is started. */
  follow(pipeline: Pipeline): void {
    pipeline.branch(
      'demux',
      (caps) => this.#branchFor(caps),
      (error) => {
        this.failure ??= asNvrError(error);
      },
    );
  }

  #branchFor(text: string): string | null {
    const caps = parseCaps(text);
    if (/^(video|image)\//.test(caps.name)) return this.videoFor(caps);
    return caps.name.startsWith('audio/') ? this.#audioFor(caps) : null;
  }

  /** Pipeline text from a pad with these caps on; null for what is not taken. @throws {NvrError} */
  videoFor(caps: Caps): string | null {
    if (this.#video) return null;
    const path = pathOf(caps);
    if (!path) {
      this.#unsupported.push(caps.name.replace(/^video\/(x-)?/, ''));
      return null;
    }
    const isCopied = path.copied !== null && this.#request.settings.video.mode === 'copy';
    const text = path.copied !== null && isCopied ? [path.parse, accessUnits[path.copied]] : this.#encode(path);
    const sourceCodec = path.copied === null ? path.codec : null;
    this.#video = { fps: framerateOf(caps), sourceCodec };
    return [...text, `appsink name=video ${sink}`].join(' ! ');
  }

  #encode({ parse, decoder }: VideoPath): string[] {
    const { encoder, settings } = this.#request;
    if (encoder === null) throw encoderMissing(settings.video);
    if (decoder !== null && !elementExists(decoder)) {
      throw new NvrError(
        'camera_unsupported_codec',
        `The picture needs the GStreamer element ${decoder} to be decoded.`,
      );
    }
    this.encoder = encoder;
    const plain = toPlain(decoder ?? 'identity');
    const coded = encodeText(plain, { settings: fitForEncoding(settings.video), encoder });
    // A queue of its own, so that decoding does not hold up what else comes.
    const queue = 'queue max-size-buffers=30 max-size-bytes=0 max-size-time=0';
    return [queue, ...(parse ? [parse] : []), coded, accessUnits.h264];
  }

  #audioFor(caps: Caps): string | null {
    if (this.audio || this.#sound || this.#request.settings.audio.mode === 'off') return null;
    const plan = planAudioOfCaps(caps, elementExists);
    // Where the bits are kept, the parser knows better than what the container says.
    const isCopied = typeof plan !== 'string' && plan.copied;
    const number = (field: unknown) => (typeof field === 'number' && !isCopied ? field : null);
    const codec = typeof plan === 'string' ? caps.name.replace(/^audio\/(x-)?/, '') : plan.sourceCodec;
    this.#sound = { codec, sampleRate: number(caps.fields.rate), channels: number(caps.fields.channels) };
    if (typeof plan === 'string') {
      this.audioNote = plan;
      return null;
    }
    this.audio = plan;
    const queue = plan.copied ? [] : ['queue name=audio-queue max-size-time=0 max-size-bytes=0'];
    return [
      ...queue,
      ...(plan.text ? [plan.text] : []),
      'audio/mpeg,stream-format=raw',
      `appsink name=audio ${sink}`,
    ].join(' ! ');
  }
}

function framerateOf({ fields }: Caps): number | null {
  const [, over = '0', under = '1'] = /^(\d+)\/(\d+)$/.exec(String(fields.framerate ?? '')) ?? [];
  const fps = Number(over) / Number(under);
  return fps > 0 && fps < 1000 ? Math.round(fps * 100) / 100 : null;
}
