import type { RemovalReason } from '@nightjar/contract';

/** A volume from which footage can be removed now. */
export interface VolumeFacts {
  id: string;
  /** Volumes of the same device share its free space. */
  device: string;
  /** Recordings are written to it; one that is only read needs no free space. */
  isRecording: boolean;
  /** What its recordings take. */
  usedBytes: number;
  quotaBytes: number | null;
  /** With what was deleted a moment ago, also where the file system gives that back later. */
  freeBytes: number;
  /** As the file system tells. */
  toldFreeBytes: number;
  keepFreeBytes: number;
}

/** So much has to go from these volumes, the oldest first. */
export interface Need {
  volumeIds: string[];
  bytes: number;
  /** Only footage that began before, Unix milliseconds. */
  before: number;
  reasonOf(volumeId: string): RemovalReason;
}

/**
 * Room that is made ahead of need: cleaning begins when all recording volumes together have less than `low`, and goes
 * on to `high`, so that it does not begin anew with every segment.
 */
export interface Headroom {
  low: number;
  high: number;
  /** It has begun, and `high` is not reached yet. */
  isFreeing: boolean;
}

/** What was freed on each volume since the facts were read. */
export type Freed = ReadonlyMap<string, number>;

/** Beyond the volume's own quota. */
export function quotaNeed(volume: VolumeFacts, freed: Freed): Need {
  const used = volume.usedBytes - freedOn(volume, freed);
  const bytes = used - (volume.quotaBytes ?? used);
  return { volumeIds: [volume.id], bytes, before: always, reasonOf: () => 'quota' };
}

/**
 * What a device lacks of the space to be kept free. While recordings find room on others it is someone else who fills
 * it: then young footage stays.
 */
export function spaceNeed(device: Device, { devices, headroom, youngFrom }: Needs, freed: Freed): Need {
  const others = devices.filter((each) => each !== device);
  const before = others.length > 0 && !isShort(others, headroom, freed) ? youngFrom : always;
  return { volumeIds: recordingIds(device.volumes), bytes: -spaceRoom(device, freed), before, reasonOf: () => 'space' };
}

/** Room for something else than recordings, at the cost of footage that began before an instant, Unix milliseconds. */
export interface Wish {
  volumeId: string;
  bytes: number;
  before: number;
}

/** What is lacking for a wish beside the space to be kept free; nothing where the volume is not there. */
export function wishNeed({ volumeId, bytes, before }: Wish, devices: readonly Device[], freed: Freed): Need {
  const device = devices.find(({ volumes }) => volumes.some(({ id }) => id === volumeId));
  const lacking = device ? bytes - spaceRoom(device, freed) : 0;
  return { volumeIds: device ? recordingIds(device.volumes) : [], bytes: lacking, before, reasonOf: () => 'space' };
}

/** What all recording volumes together lack of the headroom. */
export function headroomNeed(devices: readonly Device[], headroom: Headroom, freed: Freed): Need {
  const volumes = devices.flatMap((device) => device.volumes);
  const reasonOf = (volumeId: string): RemovalReason => {
    const device = devices.find((each) => each.volumes.some(({ id }) => id === volumeId));
    return device && quotaRoom(device, freed) < spaceRoom(device, freed) ? 'quota' : 'space';
  };
  const bytes = isShort(devices, headroom, freed) ? headroom.high - roomOn(devices, freed) : 0;
  return { volumeIds: recordingIds(volumes), bytes, before: always, reasonOf };
}

/** Whether room is to be made. */
export const isShort = (devices: readonly Device[], headroom: Headroom, freed: Freed = nothing): boolean =>
  roomOn(devices, freed) < (headroom.isFreeing ? headroom.high : headroom.low);

/** What the needs follow from. */
export interface Needs {
  volumes: readonly VolumeFacts[];
  devices: readonly Device[];
  headroom: Headroom;
  /** Since when footage is young, Unix milliseconds. */
  youngFrom: number;
  wishes: readonly Wish[];
}

const always = Number.POSITIVE_INFINITY;

/** Ids of the volumes from which something has to go, whatever the cameras' limits say. */
export function volumesInNeed(facts: Needs): string[] {
  const { volumes, devices, headroom, wishes } = facts;
  const needs = [
    ...volumes.map((volume) => quotaNeed(volume, nothing)),
    ...devices.map((device) => spaceNeed(device, facts, nothing)),
    headroomNeed(devices, headroom, nothing),
    ...wishes.map((wish) => wishNeed(wish, devices, nothing)),
  ];
  return needs.filter(({ bytes }) => bytes > 0).flatMap(({ volumeIds }) => volumeIds);
}

const nothing: Freed = new Map();

/** Room on all devices; what one has too little does not lessen that of another. */
const roomOn = (devices: readonly Device[], freed: Freed): number =>
  devices.reduce((sum, device) => sum + Math.max(0, roomOf(device, freed)), 0);

/** One file system, with at least one volume that is recorded to. */
export interface Device {
  volumes: VolumeFacts[];
}

export function devicesOf(volumes: readonly VolumeFacts[]): Device[] {
  const byDevice = Map.groupBy(volumes, ({ device }) => device);
  return [...byDevice.values()]
    .map((ofDevice) => ({ volumes: ofDevice }))
    .filter((device) => device.volumes.some(({ isRecording }) => isRecording));
}

/** How much more can be recorded to a device; below 0 when a limit is exceeded. */
export const roomOf = (device: Device, freed: Freed): number =>
  Math.min(quotaRoom(device, freed), spaceRoom(device, freed));

/** Until the quotas of all its volumes are used up; Infinity when one has none. */
function quotaRoom({ volumes }: Device, freed: Freed): number {
  return sumOf(
    volumes.filter(({ isRecording }) => isRecording),
    (volume) => (volume.quotaBytes ?? Number.POSITIVE_INFINITY) - volume.usedBytes + freedOn(volume, freed),
  );
}

function spaceRoom({ volumes }: Device, freed: Freed): number {
  const free =
    Math.min(...volumes.map(({ freeBytes }) => freeBytes)) + sumOf(volumes, (volume) => freedOn(volume, freed));
  const keepFree = Math.max(...volumes.filter(({ isRecording }) => isRecording).map((volume) => volume.keepFreeBytes));
  return free - keepFree;
}

const sumOf = (volumes: readonly VolumeFacts[], bytesOf: (volume: VolumeFacts) => number): number =>
  volumes.reduce((sum, volume) => sum + bytesOf(volume), 0);

const freedOn = ({ id }: VolumeFacts, freed: Freed): number => freed.get(id) ?? 0;

const recordingIds = (volumes: readonly VolumeFacts[]): string[] =>
  volumes.filter(({ isRecording }) => isRecording).map(({ id }) => id);
