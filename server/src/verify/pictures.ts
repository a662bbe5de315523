import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { boxesIn, boxHeaderAt, type FoundBox, findBox, readAt, readU64 } from '../media/fmp4/index.ts';
import { initGst, Pipeline } from '../media/gst/index.ts';
import { VerifyError } from './keys.ts';

/** The bytes of a file's pictures, one after the other in decoding order, as a demuxer gives them. */
export async function* picturesOf(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r');
  try {
    const table = await tableOf(handle);
    if (table) yield* fromTable(handle, table);
    else yield* demuxed(file);
  } finally {
    await handle.close();
  }
}

interface SampleTable {
  offsets: number[];
  sizes: number[];
}

const maxMoovBytes = 512 << 20;

/** null when it is not an MP4 file with a table of its pictures. */
async function tableOf(handle: FileHandle): Promise<SampleTable | null> {
  const { size } = await handle.stat();
  for (let at = 0; at + 8 <= size; ) {
    const header = boxHeaderAt(await readAt(handle, at, Math.min(16, size - at)), 0);
    if (!header || (at === 0 && header.type !== 'ftyp')) return null;
    if (header.type === 'moov' && header.sizeBytes <= maxMoovBytes) {
      const moov = await readAt(handle, at, header.sizeBytes);
      const track = boxesIn(moov, 8).find((box) => box.type === 'trak' && isVideo(moov, box));
      const stbl = track && findBox(moov, 'mdia/minf/stbl', track);
      const table = stbl ? readTable(moov, stbl) : null;
      return table && table.sizes.length > 0 ? table : null;
    }
    at += header.sizeBytes;
  }
  return null;
}

function isVideo(moov: Buffer, trak: FoundBox): boolean {
  const hdlr = findBox(moov, 'mdia/hdlr', trak);
  return hdlr !== null && moov.toString('latin1', hdlr.body + 8, hdlr.body + 12) === 'vide';
}

/** ISO 14496-12, 8.7: sizes, places of chunks, samples in each chunk. null when it is damaged. */
function readTable(moov: Buffer, stbl: FoundBox): SampleTable | null {
  const [stsz, stsc] = [findBox(moov, 'stsz', stbl), findBox(moov, 'stsc', stbl)];
  const [stco, co64] = [findBox(moov, 'stco', stbl), findBox(moov, 'co64', stbl)];
  const places = stco ?? co64;
  if (!stsz || !stsc || !places) return null;
  try {
    const shared = moov.readUInt32BE(stsz.body + 4);
    const count = moov.readUInt32BE(stsz.body + 8);
    const sizes = Array.from({ length: count }, (_, at) => shared || moov.readUInt32BE(stsz.body + 12 + 4 * at));
    const chunks = moov.readUInt32BE(places.body + 4);
    const offsets: number[] = [];
    let entry = 0;
    const entries = moov.readUInt32BE(stsc.body + 4);
    const field = (at: number, name: number) => moov.readUInt32BE(stsc.body + 8 + 12 * at + 4 * name);
    for (let chunk = 1; chunk <= chunks; chunk += 1) {
      while (entry + 1 < entries && field(entry + 1, 0) <= chunk) entry += 1;
      let at = stco ? moov.readUInt32BE(places.body + 4 + 4 * chunk) : readU64(moov, places.body + 8 * chunk);
      for (let sample = field(entry, 1); sample > 0 && offsets.length < count; sample -= 1) {
        offsets.push(at);
        at += sizes[offsets.length - 1] ?? 0;
      }
    }
    return { offsets, sizes };
  } catch {
    return null; // beyond the end of a box that was cut short
  }
}

async function* fromTable(handle: FileHandle, { offsets, sizes }: SampleTable): AsyncGenerator<Buffer> {
  for (const [at, offset] of offsets.entries()) {
    const size = sizes[at] ?? 0;
    const picture = await readAt(handle, offset, size);
    // A file that was cut off has no more.
    if (picture.length < size) return;
    yield picture;
  }
}

const patienceMs = 30_000;

/** Of Matroska and of MP4 in fragments, with GStreamer. @throws {VerifyError} when it cannot read the file. */
async function* demuxed(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r');
  const isMatroska = (await readAt(handle, 0, 4)).equals(Buffer.from([0x1a, 0x45, 0xdf, 0xa3]));
  await handle.close();
  initGst();
  const demuxer = isMatroska ? 'matroskademux' : 'qtdemux';
  const sink = 'queue ! appsink name=v sync=false wait-on-eos=false max-buffers=100';
  await using pipeline = new Pipeline(`filesrc name=in ! ${demuxer} name=d d.video_0 ! ${sink}`);
  pipeline.set('in', 'location', file);
  const video = pipeline.appSink('v');
  await pipeline.setState('playing');
  for (let aliveAt = performance.now(); ; ) {
    for (let message = pipeline.pollBus(); message; message = pipeline.pollBus()) {
      if (message.type === 'error') throw new VerifyError(`${file} cannot be read as a video`);
    }
    for (let sample = video.pull(); sample; sample = video.pull()) {
      aliveAt = performance.now();
      yield sample.data;
    }
    if (video.eos) return;
    if (performance.now() - aliveAt > patienceMs) throw new VerifyError(`${file} cannot be read to its end`);
    await sleep(1);
  }
}
