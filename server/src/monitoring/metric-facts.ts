import type { CameraState } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import { streamIdsOf } from '../shared/stream-id.ts';
import type { CoverageCount } from './coverage-counters.ts';
import type { CameraFacts, Facts } from './metric-list.ts';
import type { PacketTotals } from './stream-board.ts';

interface FactsParts extends Omit<Facts, 'cameras'> {
  db: Kysely<Tables>;
  stateOf(cameraId: string): CameraState;
  packetsOf(cameraId: string): PacketTotals;
  countedOf(cameraId: string): CoverageCount;
  /** Of 24 hours, by camera. */
  coverage: Map<string, number | null>;
}

/** Gathers all that metrics are made from. */
export async function metricFacts(parts: FactsParts): Promise<Facts> {
  const { db, stateOf, packetsOf, countedOf, coverage, ...facts } = parts;
  const rows = await db.selectFrom('footage_totals').select(['camera_id', 'segments', 'size_bytes']).execute();
  const totals = Map.groupBy(rows, (row) => row.camera_id);
  const cameras = facts.system.cameras.map(({ cameraId, stats }): CameraFacts => {
    const ofVolumes = streamIdsOf(cameraId).flatMap((id) => totals.get(id) ?? []);
    return {
      cameraId,
      stats,
      state: stateOf(cameraId).state,
      packets: packetsOf(cameraId),
      counted: countedOf(cameraId),
      coverage: coverage.get(cameraId) ?? null,
      footage: {
        segments: ofVolumes.reduce((sum, row) => sum + row.segments, 0),
        sizeBytes: ofVolumes.reduce((sum, row) => sum + row.size_bytes, 0),
      },
    };
  });
  return { ...facts, cameras };
}
