import type { GapCause } from '@nightjar/contract';
import type { SimulatedCameras } from './index.ts';

/** Something that happens to one simulated camera, and how it ends. */
export interface ChaosFault {
  name: string;
  inject(cameras: SimulatedCameras, path: string): Promise<void>;
  heal(cameras: SimulatedCameras, path: string): Promise<void>;
  /**
   * Frames that the camera sent may be missing between `inject` and some seconds after `heal`: those on their way when a
   * connection ends, and those before the next one stands. False: each must be on disk, once.
   */
  losesFrames: boolean;
  /** What the ledger may say of the time from `inject` until frames come again; [] when there may be no gap. */
  causes: readonly GapCause[];
  /** Mounts without `secondClip` do not have it: another size, or another codec. */
  needs?: 'other size' | 'other codec';
}

const lost = ['stalled', 'camera_unreachable'] as const;

/** Faults of one camera alone, in any order, one at a time. */
export const chaosFaults: readonly ChaosFault[] = [
  {
    name: 'freezes without closing',
    inject: (cameras, path) => cameras.fault(path, 'freeze'),
    heal: (cameras, path) => cameras.fault(path, 'unfreeze'),
    losesFrames: true,
    causes: lost,
  },
  {
    name: 'closes and accepts again at once',
    inject: (cameras, path) => cameras.fault(path, 'drop'),
    heal: nothing,
    losesFrames: true,
    causes: lost,
  },
  {
    name: 'closes again and again',
    inject: async (cameras, path) => {
      await cameras.fault(path, 'storm', 300);
      await cameras.fault(path, 'drop');
    },
    heal: (cameras, path) => cameras.fault(path, 'calm'),
    losesFrames: true,
    causes: lost,
  },
  {
    name: 'loses its stream path',
    inject: async (cameras, path) => {
      await cameras.fault(path, 'not-found');
      await cameras.fault(path, 'drop');
    },
    heal: (cameras, path) => cameras.fault(path, 'found'),
    losesFrames: true,
    causes: lost,
  },
  {
    name: 'sends sound only',
    inject: (cameras, path) => cameras.fault(path, 'no-picture'),
    heal: (cameras, path) => cameras.fault(path, 'picture'),
    losesFrames: true,
    causes: [...lost, 'no_keyframe'],
  },
  {
    name: 'sends no keyframes',
    inject: (cameras, path) => cameras.fault(path, 'no-keyframes'),
    heal: (cameras, path) => cameras.fault(path, 'keyframes'),
    losesFrames: false,
    // Only when a connection begins meanwhile.
    causes: ['no_keyframe'],
  },
  {
    name: 'goes silent',
    inject: (cameras, path) => cameras.fault(path, 'mute'),
    heal: (cameras, path) => cameras.fault(path, 'unmute'),
    losesFrames: false,
    causes: [],
  },
  jump(3_000),
  jump(-3_000),
  rate('runs 5 % fast', 50_000),
  rate('runs 5 % slow', -50_000),
  {
    name: 'changes its resolution',
    inject: (cameras, path) => cameras.fault(path, 'resolution'),
    heal: (cameras, path) => cameras.fault(path, 'resolution'),
    losesFrames: false,
    causes: [],
    needs: 'other size',
  },
  {
    name: 'changes its codec',
    inject: (cameras, path) => cameras.fault(path, 'codec'),
    heal: (cameras, path) => cameras.fault(path, 'codec'),
    losesFrames: true,
    causes: lost,
    needs: 'other codec',
  },
];

/** @throws when there is none of this name. */
export function chaosFault(name: string): ChaosFault {
  const fault = chaosFaults.find((each) => each.name === name);
  if (!fault) throw new Error(`no fault "${name}"`);
  return fault;
}

function jump(ms: number): ChaosFault {
  return {
    name: `jumps ${ms} ms in its own time`,
    inject: (cameras, path) => cameras.fault(path, 'jump', ms),
    heal: nothing,
    losesFrames: false,
    causes: [],
  };
}

function rate(name: string, ppm: number): ChaosFault {
  return {
    name,
    inject: (cameras, path) => cameras.fault(path, 'rate', ppm),
    heal: (cameras, path) => cameras.fault(path, 'rate', 0),
    losesFrames: false,
    causes: [],
  };
}

async function nothing(): Promise<void> {}
