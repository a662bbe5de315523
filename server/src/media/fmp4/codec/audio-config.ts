import { BitReader } from './bit-reader.ts';

/** What an AudioSpecificConfig tells (ISO 14496-3, 1.6.2.1); zeros when it is cut short. */
export interface AudioFacts {
  /** 2 is AAC-LC, 5 and 29 are HE-AAC. */
  objectType: number;
  /** Of the coded core: 1 mono, 2 stereo; 0 when the stream tells it elsewhere. */
  channelConfiguration: number;
}

export function parseAudioConfig(config: Buffer): AudioFacts {
  const r = new BitReader(config);
  let objectType = r.bits(5);
  if (objectType === 31) objectType = 32 + r.bits(6);
  if (r.bits(4) === 15) r.skip(24); // sampling frequency, by index or spelled out
  return { objectType, channelConfiguration: r.bits(4) };
}
