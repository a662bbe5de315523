import type { AudioConfig, VideoConfig } from '../access-unit.ts';
import { BoxWriter } from './box-writer.ts';
import { pixelAspect } from './codec/parameter-sets.ts';
import { audioTrackId, deltaSampleFlags, syncSampleFlags, videoTimescale, videoTrackId } from './layout.ts';

export const unityMatrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

/**
 * `ftyp` + `moov` of a run: H.264 as `avc1`, H.265 as `hvc1`, AAC as `mp4a`; no samples, no edit list, durations 0
 * (unknown). Track 1 is video in ticks of 1/90000 s, track 2 audio in ticks of its sample rate.
 */
export function initSegment(video: VideoConfig, audio: AudioConfig | null): Buffer {
  const w = new BoxWriter(Buffer.alloc(2_048 + video.codecData.length + (audio?.codecData.length ?? 0)));
  fileType(w, audio === null);
  w.box('moov', () => {
    movieHeader(w);
    videoTrack(w, video);
    if (audio !== null) audioTrack(w, audio);
    w.box('mvex', () => {
      trackExtends(w, videoTrackId, deltaSampleFlags);
      if (audio !== null) trackExtends(w, audioTrackId, syncSampleFlags);
    });
  });
  return w.written();
}

/** `cmfc` promises a CMAF track, so it is claimed only where there is a single one (ISO 23000-19, 7.2). */
function fileType(w: BoxWriter, singleTrack: boolean): void {
  w.box('ftyp', () => {
    w.ascii('iso6');
    w.u32(0);
    for (const brand of ['iso6', 'isom', 'mp41', ...(singleTrack ? ['cmfc'] : [])]) w.ascii(brand);
  });
}

function movieHeader(w: BoxWriter): void {
  w.fullBox('mvhd', 0, 0, () => {
    w.zeros(8); // creation and modification time: unknown
    w.u32(1_000);
    w.u32(0);
    w.u32(0x10000); // rate 1
    w.u16(0x100); // volume 1
    w.zeros(10);
    for (const value of unityMatrix) w.u32(value);
    w.zeros(24);
    w.u32(audioTrackId + 1); // next_track_ID
  });
}

function trackHeader(w: BoxWriter, trackId: number, volume: number, width: number, height: number): void {
  const enabledInMovie = 3;
  w.fullBox('tkhd', 0, enabledInMovie, () => {
    w.zeros(8);
    w.u32(trackId);
    w.zeros(4 + 4 + 8); // reserved, duration, reserved
    w.u32(0); // layer, alternate_group
    w.u16(volume);
    w.u16(0);
    for (const value of unityMatrix) w.u32(value);
    w.u32(width);
    w.u32(height);
  });
}

function mediaHeader(w: BoxWriter, timescale: number, handler: 'vide' | 'soun'): void {
  const undetermined = 0x55c4; // language `und`
  w.fullBox('mdhd', 0, 0, () => {
    w.zeros(8);
    w.u32(timescale);
    w.u32(0);
    w.u16(undetermined);
    w.u16(0);
  });
  w.fullBox('hdlr', 0, 0, () => {
    w.u32(0);
    w.ascii(handler);
    w.zeros(12);
    w.ascii(handler === 'vide' ? 'Video\0' : 'Audio\0');
  });
}

/** `dinf` that points into this file (ISO 14496-12, 8.7.1). */
export function dataInformation(w: BoxWriter): void {
  w.box('dinf', () => {
    w.fullBox('dref', 0, 0, () => {
      w.u32(1);
      w.fullBox('url ', 0, 1, () => {});
    });
  });
}

/** `dinf`, and a sample table without samples. */
function emptySampleTable(w: BoxWriter, sampleEntry: () => void): void {
  dataInformation(w);
  w.box('stbl', () => {
    w.fullBox('stsd', 0, 0, () => {
      w.u32(1);
      sampleEntry();
    });
    w.fullBox('stts', 0, 0, () => w.u32(0));
    w.fullBox('stsc', 0, 0, () => w.u32(0));
    w.fullBox('stsz', 0, 0, () => w.zeros(8));
    w.fullBox('stco', 0, 0, () => w.u32(0));
  });
}

function videoTrack(w: BoxWriter, video: VideoConfig): void {
  const aspect = pixelAspect(video);
  w.box('trak', () => {
    const displayWidth = Math.round((video.width * aspect.horizontal * 0x10000) / aspect.vertical);
    trackHeader(w, videoTrackId, 0, displayWidth, video.height * 0x10000);
    w.box('mdia', () => {
      mediaHeader(w, videoTimescale, 'vide');
      w.box('minf', () => {
        w.fullBox('vmhd', 0, 1, () => w.zeros(8));
        emptySampleTable(w, () => videoSampleEntry(w, video, aspect));
      });
    });
  });
}

/**
 * ISO 14496-12, 12.1.3 and ISO 14496-15, 5.4.2.1 (`avc1`), 8.4.1.1 (`hvc1`, `hev1`).
 *
 * @param parameterSetsInStream they may change among the samples, as only `avc3` and `hev1` allow.
 */
export function videoSampleEntry(
  w: BoxWriter,
  video: VideoConfig,
  aspect: { horizontal: number; vertical: number },
  parameterSetsInStream = false,
): void {
  const [fixed, changing] = video.codec === 'h264' ? ['avc1', 'avc3'] : ['hvc1', 'hev1'];
  w.box((parameterSetsInStream ? changing : fixed) as string, () => {
    w.zeros(6);
    w.u16(1); // data_reference_index
    w.zeros(16);
    w.u16(video.width);
    w.u16(video.height);
    w.u32(0x480000); // 72 dpi
    w.u32(0x480000);
    w.u32(0);
    w.u16(1); // frame_count
    w.zeros(32);
    w.u16(24); // depth
    w.u16(0xffff);
    w.box(video.codec === 'h264' ? 'avcC' : 'hvcC', () => w.bytes(video.codecData));
    if (aspect.horizontal !== aspect.vertical) {
      w.box('pasp', () => {
        w.u32(aspect.horizontal);
        w.u32(aspect.vertical);
      });
    }
  });
}

function audioTrack(w: BoxWriter, audio: AudioConfig): void {
  w.box('trak', () => {
    trackHeader(w, audioTrackId, 0x100, 0, 0);
    w.box('mdia', () => {
      mediaHeader(w, audio.sampleRate, 'soun');
      w.box('minf', () => {
        w.fullBox('smhd', 0, 0, () => w.u32(0));
        emptySampleTable(w, () => audioSampleEntry(w, audio));
      });
    });
  });
}

export function audioSampleEntry(w: BoxWriter, audio: AudioConfig): void {
  w.box('mp4a', () => {
    w.zeros(6);
    w.u16(1); // data_reference_index
    w.zeros(8);
    w.u16(audio.channels);
    w.u16(16); // bits per sample
    w.u32(0);
    w.u32(audio.sampleRate < 0x10000 ? audio.sampleRate * 0x10000 : 0);
    w.fullBox('esds', 0, 0, () => elementaryStream(w, audio.codecData));
  });
}

/** ES_Descriptor of AAC (ISO 14496-1, 7.2.6; ISO 14496-14, 3.1.2). */
function elementaryStream(w: BoxWriter, audioSpecificConfig: Buffer): void {
  const descriptor = (tag: number, sizeBytes: number) => {
    w.u8(tag);
    for (const shift of [21, 14, 7]) w.u8(0x80 | ((sizeBytes >> shift) & 0x7f));
    w.u8(sizeBytes & 0x7f);
  };
  const headerBytes = 5;
  const decoderBytes = 13 + headerBytes + audioSpecificConfig.length;
  descriptor(0x03, 3 + headerBytes + decoderBytes + headerBytes + 1);
  w.u16(0); // ES_ID: 0 in files
  w.u8(0);
  descriptor(0x04, decoderBytes);
  w.u8(0x40); // MPEG-4 audio
  w.u8(0x15); // audio stream, upstream 0, reserved 1
  w.zeros(3 + 4 + 4); // buffer size and bit rates: unknown
  descriptor(0x05, audioSpecificConfig.length);
  w.bytes(audioSpecificConfig);
  descriptor(0x06, 1);
  w.u8(2); // SL config: as MP4 files have it
}

function trackExtends(w: BoxWriter, trackId: number, defaultFlags: number): void {
  w.fullBox('trex', 0, 0, () => {
    w.u32(trackId);
    w.u32(1); // sample description
    w.zeros(8); // default duration and size: given in each chunk
    w.u32(defaultFlags);
  });
}
