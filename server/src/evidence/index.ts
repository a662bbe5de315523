/** Hashes of recordings, chained and signed; docs/reference/evidence.md. */
export { Evidence } from './evidence.ts';
export { linesOf } from './evidence-file.ts';
export { type EvidenceKey, fingerprintOf, keyFolderName, openKey } from './key.ts';
export {
  type Manifest,
  type ManifestFile,
  type ManifestPiece,
  type ManifestRequest,
  signManifest,
} from './manifest.ts';
export {
  type ChunkEntry,
  type EvidenceRecord,
  hashBytes,
  isSignedBy,
  noRecord,
  numberIn,
  type RemovedRecord,
  readLine,
  type SealedRecord,
  type SegmentRecord,
} from './record.ts';
export { evidenceRoutes } from './routes.ts';
