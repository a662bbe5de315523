/** Segment files: written chunk by chunk, scanned after a crash. docs/reference/file-format.md has the layout. */
export { type BoxHeader, boxesIn, boxHeaderAt, type FoundBox, findBox, readU64 } from './box-reader.ts';
export { type ChunkHash, type ChunkParts, hashChunk, hashOfParts, partsOf, sha256 } from './chunk-hash.ts';
export { decodeChunkIndex, encodeChunkIndex } from './chunk-index.ts';
export { Chunker, type ChunkerOptions } from './chunker.ts';
export { codecStringOf } from './codec/codec-string.ts';
export { reorderDepth } from './codec/parameter-sets.ts';
export { type FragmentContent, writeFragment } from './fragment.ts';
export { type FrameTime, readFrameTimes } from './frame-times.ts';
export { initSegment } from './init-segment.ts';
export { readKeyframe } from './keyframe.ts';
export { videoTimescale, videoTrackId } from './layout.ts';
export { type Movie, type MovieTrack, movieBox, movieFileType } from './movie.ts';
export { MovieSamples } from './movie-samples.ts';
export { bitstreamProblem, MediaTimes, sampleProblem } from './plausible.ts';
export { readInit, SegmentFormatError } from './read-init.ts';
export { type Sample, samplesOf } from './samples.ts';
export {
  type ChunkVisitor,
  type DamagedRange,
  type SegmentHead,
  type SegmentScan,
  scanHead,
  scanSegment,
} from './scan.ts';
export { readAt, type ScannedChunk, type ScanSource } from './scan-chunk.ts';
export { segmentInfoBox } from './segment-info.ts';
export { isTornBeginning } from './torn-beginning.ts';
