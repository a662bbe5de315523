/** A recorder that does nothing but clean a data folder, as a process of its own that can be killed: `node cleaner.ts FOLDER`. */
import path from 'node:path';
import { CameraStore } from '../src/camera/store.ts';
import { databaseFileName, openDatabase } from '../src/database/index.ts';
import { RecordingIndex } from '../src/recording/index.ts';
import { RetentionEngine } from '../src/retention/index.ts';
import { systemClock as clock } from '../src/shared/clock.ts';
import { createLogger } from '../src/shared/logger.ts';
import { VolumeSync } from '../src/storage/sync.ts';
import { VolumeSet } from '../src/storage/volumes.ts';

const dataDir = path.resolve(process.argv[2] ?? '');
const log = createLogger({ level: 'warn' });
const { db } = await openDatabase(path.join(dataDir, databaseFileName));
const cameras = await CameraStore.open({ db, clock });
const volumes = await VolumeSet.open({ db, dataDir, clock, log });
const sync = new VolumeSync({ volumes, log });
const durability = {
  ofIndex: (soon: boolean) => sync.settled(volumes.dataFolder.id, soon),
  ofVolume: (id: string, soon: boolean) => sync.settled(id, soon),
};
const index = new RecordingIndex({ db, clock, dataDir, volumes, timeZone: 'UTC', log, cameras, durability });
await index.start();
const engine = new RetentionEngine({ db, clock, log, cameras, volumes, index });
engine.start();
await engine.freeSpaceNow();
process.stdout.write('clean\n');
setInterval(() => {}, 60_000); // until it is killed
