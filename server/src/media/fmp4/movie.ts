import type { AudioConfig, VideoConfig } from '../access-unit.ts';
import { BoxWriter } from './box-writer.ts';
import { pixelAspect } from './codec/parameter-sets.ts';
import { audioSampleEntry, dataInformation, unityMatrix, videoSampleEntry } from './init-segment.ts';
import type { MovieSamples } from './movie-samples.ts';

/** A track of a progressive file. Times of its samples in ticks; the movie's own are milliseconds. */
export interface MovieTrack {
  timescale: number;
  samples: MovieSamples;
  /** Where the track's media begins in the movie, and where in its media; ticks. */
  beginsAt: number;
  mediaStart: number;
  durationTicks: number;
  content:
    | { kind: 'video'; config: VideoConfig; parameterSetsInStream: boolean }
    | { kind: 'audio'; config: AudioConfig }
    | { kind: 'text'; width: number; height: number };
}

export interface Movie {
  tracks: readonly MovieTrack[];
  title: string;
  /** UTC of the first picture, Unix milliseconds. */
  createdMs: number;
}

const movieTimescale = 1_000;
/** 1904-01-01 to 1970-01-01. */
const macToUnixSeconds = 2_082_844_800;
const handlers = {
  video: ['vide', 'Video\0'],
  audio: ['soun', 'Audio\0'],
  text: ['sbtl', 'Recording time\0'],
} as const;
/** Beside the sample tables, and the codec configuration. */
const headBytes = 8_192;

/** `ftyp` of a progressive file (ISO 14496-12, 4.3). */
export function movieFileType(): Buffer {
  const w = new BoxWriter(Buffer.alloc(32));
  w.box('ftyp', () => {
    w.ascii('isom');
    w.u32(0x200);
    for (const brand of ['isom', 'iso2', 'mp41', 'mp42']) w.ascii(brand);
  });
  return w.written();
}

/**
 * The `moov` of a progressive file: sample tables of all tracks, edit lists for where they begin.
 *
 * @param shift added to the offsets of all chunks.
 */
export function movieBox(movie: Movie, shift: number): Buffer {
  const { tracks, title, createdMs } = movie;
  const created = Math.max(Math.floor(createdMs / 1_000) + macToUnixSeconds, 0);
  const size = tracks.reduce((sum, track) => sum + headBytes + codecBytes(track) + track.samples.tableBytes, headBytes);
  const w = new BoxWriter(Buffer.alloc(size + Buffer.byteLength(title)));
  w.box('moov', () => {
    w.fullBox('mvhd', 1, 0, () => {
      w.u64(created);
      w.u64(created);
      w.u32(movieTimescale);
      w.u64(Math.max(...tracks.map((track) => movieTimeOf(track, track.beginsAt + track.durationTicks))));
      w.u32(0x10000); // rate 1
      w.u16(0x100); // volume 1
      w.zeros(10);
      for (const value of unityMatrix) w.u32(value);
      w.zeros(24);
      w.u32(tracks.length + 1);
    });
    for (const [at, track] of tracks.entries()) trackBox(w, { track, id: at + 1, created, shift, movie });
    userData(w, title);
  });
  return w.written();
}

const codecBytes = ({ content }: MovieTrack): number => (content.kind === 'text' ? 0 : content.config.codecData.length);

const movieTimeOf = ({ timescale }: MovieTrack, ticks: number): number =>
  Math.round((ticks * movieTimescale) / timescale);

interface TrackPlace {
  track: MovieTrack;
  id: number;
  created: number;
  shift: number;
  movie: Movie;
}

function trackBox(w: BoxWriter, { track, id, created, shift }: TrackPlace): void {
  const { content, timescale, durationTicks, beginsAt, samples } = track;
  const [handler, name] = handlers[content.kind];
  w.box('trak', () => {
    w.fullBox('tkhd', 1, 3, () => {
      w.u64(created);
      w.u64(created);
      w.u32(id);
      w.u32(0);
      w.u64(movieTimeOf(track, beginsAt + durationTicks));
      w.zeros(8);
      w.u16(0); // layer
      w.u16(content.kind === 'text' ? 2 : 0); // alternate_group: to be chosen by itself
      w.u16(content.kind === 'audio' ? 0x100 : 0);
      w.u16(0);
      place(w, content);
    });
    editList(w, track);
    w.box('mdia', () => {
      w.fullBox('mdhd', 1, 0, () => {
        w.u64(created);
        w.u64(created);
        w.u32(timescale);
        w.u64(durationTicks + track.mediaStart);
        w.u16(0x55c4); // language `und`
        w.u16(0);
      });
      w.fullBox('hdlr', 0, 0, () => {
        w.u32(0);
        w.ascii(handler);
        w.zeros(12);
        w.ascii(name);
      });
      w.box('minf', () => {
        if (content.kind === 'video') w.fullBox('vmhd', 0, 1, () => w.zeros(8));
        else if (content.kind === 'audio') w.fullBox('smhd', 0, 0, () => w.u32(0));
        else w.fullBox('nmhd', 0, 0, () => {});
        dataInformation(w);
        w.box('stbl', () => {
          w.fullBox('stsd', 0, 0, () => {
            w.u32(1);
            sampleEntry(w, content);
          });
          samples.write(w, { shift, hasSync: content.kind === 'video' });
        });
      });
    });
  });
}

/** Matrix and size of `tkhd`: text lies at the bottom of the picture. */
function place(w: BoxWriter, content: MovieTrack['content']): void {
  const [a, b, u, c, d, v, x, y, z] = unityMatrix as [number, ...number[]];
  const text = content.kind === 'text' ? textBox(content) : null;
  const translation = text ? (text.pictureHeight - text.height) * 0x10000 : y;
  for (const value of [a, b, u, c, d, v, x, translation, z]) w.u32(value ?? 0);
  if (text) {
    w.u32(text.width * 0x10000);
    w.u32(text.height * 0x10000);
  } else if (content.kind === 'video') {
    const aspect = pixelAspect(content.config);
    w.u32(Math.round((content.config.width * aspect.horizontal * 0x10000) / aspect.vertical));
    w.u32(content.config.height * 0x10000);
  } else w.zeros(8);
}

const textBox = ({ width, height }: { width: number; height: number }) => ({
  width,
  pictureHeight: height,
  height: Math.max(Math.round(height / 10), 16),
});

/** ISO 14496-12, 8.6.6: an empty edit where the track begins later than the movie. */
function editList(w: BoxWriter, track: MovieTrack): void {
  const { beginsAt, mediaStart, durationTicks } = track;
  if (beginsAt === 0 && mediaStart === 0) return;
  const emptyMs = movieTimeOf(track, beginsAt);
  w.box('edts', () => {
    w.fullBox('elst', 1, 0, () => {
      w.u32(emptyMs > 0 ? 2 : 1);
      if (emptyMs > 0) {
        w.u64(emptyMs);
        w.u32(0xffffffff); // media_time -1
        w.u32(0xffffffff);
        w.u32(0x10000);
      }
      w.u64(movieTimeOf(track, durationTicks));
      w.u64(mediaStart);
      w.u32(0x10000);
    });
  });
}

function sampleEntry(w: BoxWriter, content: MovieTrack['content']): void {
  if (content.kind === 'audio') audioSampleEntry(w, content.config);
  else if (content.kind === 'text') textSampleEntry(w, content);
  else videoSampleEntry(w, content.config, pixelAspect(content.config), content.parameterSetsInStream);
}

/** 3GPP TS 26.245, 5.16: white on half-transparent black, in the middle. */
function textSampleEntry(w: BoxWriter, content: { width: number; height: number }): void {
  const { width, height } = textBox(content);
  const font = 'Sans-Serif';
  w.box('tx3g', () => {
    w.zeros(6);
    w.u16(1); // data_reference_index
    w.u32(0); // display flags
    w.u8(1); // centred
    w.u8(0xff); // at the bottom
    w.u32(0x00000080); // background, RGBA
    w.u16(0);
    w.u16(0);
    w.u16(height);
    w.u16(width);
    w.u16(0); // style: all characters
    w.u16(0);
    w.u16(1); // font
    w.u8(0);
    w.u8(Math.min(Math.max(Math.round(height * 0.6), 10), 255));
    w.u32(0xffffffff);
    w.box('ftab', () => {
      w.u16(1);
      w.u16(1);
      w.u8(font.length);
      w.ascii(font);
    });
  });
}

/** Title and maker, as iTunes and all that came after it read them. */
function userData(w: BoxWriter, title: string): void {
  const item = (type: string, text: string) =>
    w.box(type, () =>
      w.box('data', () => {
        w.u32(1); // UTF-8
        w.u32(0);
        w.bytes(Buffer.from(text));
      }),
    );
  w.box('udta', () => {
    w.fullBox('meta', 0, 0, () => {
      w.fullBox('hdlr', 0, 0, () => {
        w.u32(0);
        w.ascii('mdir');
        w.ascii('appl');
        w.zeros(9);
      });
      w.box('ilst', () => {
        if (title !== '') item('\xa9nam', title);
        item('\xa9too', 'Nightjar');
      });
    });
  });
}
