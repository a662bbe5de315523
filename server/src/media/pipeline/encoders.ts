import type { Video } from '@nightjar/contract';

/** An H.264 encoder element and how it is told to encode for a recorder: no B-frames, constant bit rate. */
interface EncoderChoice {
  factory: string;
  text: (bitrateKbps: number) => string;
}

/** Best first: hardware before software. Only one that encodes a test picture is used. */
const encoders: readonly EncoderChoice[] = [
  { factory: 'vah264enc', text: (kbps) => `vah264enc rate-control=cbr b-frames=0 key-int-max=1024 bitrate=${kbps}` },
  {
    factory: 'vah264lpenc',
    text: (kbps) => `vah264lpenc rate-control=cbr b-frames=0 key-int-max=1024 bitrate=${kbps}`,
  },
  {
    factory: 'vaapih264enc',
    text: (kbps) => `vaapih264enc rate-control=cbr max-bframes=0 keyframe-period=1024 bitrate=${kbps}`,
  },
  {
    factory: 'nvh264enc',
    text: (kbps) => `nvh264enc zerolatency=true bframes=0 gop-size=-1 rc-mode=cbr bitrate=${kbps}`,
  },
  {
    factory: 'v4l2h264enc',
    text: (kbps) =>
      `v4l2h264enc extra-controls="controls,repeat_sequence_header=1,video_bitrate=${kbps * 1000}" ! video/x-h264,level=(string)4.2`,
  },
  {
    factory: 'x264enc',
    text: (kbps) => `x264enc tune=zerolatency speed-preset=superfast key-int-max=1024 bitrate=${kbps}`,
  },
  { factory: 'openh264enc', text: (kbps) => `openh264enc complexity=low gop-size=1024 bitrate=${kbps * 1000}` },
];

export interface EncoderProbe {
  elementExists(factory: string): boolean;
  /** Runs a pipeline to its end; false when it fails. */
  runs(description: string): Promise<boolean>;
}

export interface EncoderTrial {
  factory: string;
  /** Whether it encoded a test picture. */
  works: boolean;
}

/** Tries those that are present, best first, each when it is asked for. */
export async function* encoderTrials({ elementExists, runs }: EncoderProbe): AsyncGenerator<EncoderTrial> {
  for (const { factory, text } of encoders) {
    if (!elementExists(factory)) continue;
    const picture = 'videotestsrc num-buffers=10 ! video/x-raw,width=640,height=480,framerate=25/1 ! videoconvert';
    yield { factory, works: await runs(`${picture} ! ${text(1000)} ! h264parse ! fakesink sync=false`) };
  }
}

/** The best encoder that is present and really encodes; null when there is none. */
export async function chooseEncoder(probe: EncoderProbe): Promise<string | null> {
  for await (const { factory, works } of encoderTrials(probe)) if (works) return factory;
  return null;
}

/** Pipeline text of an encoder named `encoder`. Keyframes are forced by the caller, by time. */
export function encoderText(factory: string, { bitrateKbps }: Pick<Video, 'bitrateKbps'>): string {
  const choice = encoders.find((encoder) => encoder.factory === factory);
  if (!choice) throw new Error(`no settings for encoder ${factory}`);
  return choice.text(bitrateKbps).replace(factory, `${factory} name=encoder`);
}
