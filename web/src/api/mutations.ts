import type {
  ArchiveJob,
  ArchiveWish,
  CameraCreate,
  CameraDto,
  CameraPatch,
  FootageKept,
  Layout,
  LayoutCreate,
  LayoutPatch,
  ProbeRequest,
  ProbeResult,
  RecorderInfo,
  Recording,
  VolumeCreate,
  VolumeDto,
  VolumePatch,
} from '@nightjar/contract';
import { request } from './client.ts';

type DemoSource = RecorderInfo['demoSources'][number];

export const createCamera = (camera: CameraCreate) => request<CameraDto>('/cameras', { method: 'POST', body: camera });

/** JSON merge patch (RFC 7396): what is left out stays, null clears. */
export const updateCamera = (cameraId: string, patch: CameraPatch) =>
  request<CameraDto>(`/cameras/${cameraId}`, { method: 'PATCH', body: patch });

/** What is left out stays as it is. */
export const setRecording = (cameraId: string, change: Partial<Recording>) =>
  request<CameraDto>(`/cameras/${cameraId}/recording`, { method: 'PUT', body: change });

/** Gives other cameras this one's mode and schedule. */
export const copyRecording = (cameraId: string, cameraIds: string[]) =>
  request<unknown>(`/cameras/${cameraId}/recording/copy`, { method: 'POST', body: { cameraIds } });

/** Answers what locks and bookmarks keep of the footage, if there is such. */
export const deleteCamera = (cameraId: string, footage: 'keep' | 'delete') =>
  request<FootageKept | undefined>(`/cameras/${cameraId}?footage=${footage}`, { method: 'DELETE' });

/** Opens a source and says what it has; up to 10 s. */
export const probe = (source: ProbeRequest, signal: AbortSignal) =>
  request<ProbeResult>('/probe', { method: 'POST', body: source, signal });

/** Adds a simulated camera: one that the recorder already runs and nobody uses, else a new one. */
export async function addDemoCamera(): Promise<CameraDto> {
  const [recorder, cameras] = await Promise.all([request<RecorderInfo>('/recorder'), request<CameraDto[]>('/cameras')]);
  const used = new Set(cameras.map((camera) => camera.source.url));
  const free = recorder.demoSources.find((source) => !used.has(source.url));
  const source = free ?? (await request<DemoSource>('/demo', { method: 'POST' }));
  return createCamera({ name: source.name, source: { url: source.url } });
}

export const createVolume = (volume: VolumeCreate) => request<VolumeDto>('/volumes', { method: 'POST', body: volume });

export const updateVolume = (volumeId: string, patch: VolumePatch) =>
  request<VolumeDto>(`/volumes/${volumeId}`, { method: 'PATCH', body: patch });

/** Only forgets it: its files stay. */
/** @param footage what becomes of the index of what is on it; files stay either way. */
export const removeVolume = (volumeId: string, footage: 'keep' | 'forget') =>
  request<void>(`/volumes/${volumeId}?footage=${footage}`, { method: 'DELETE' });

/** Makes files of a day, or makes them again. */
export const createArchive = (wish: ArchiveWish) => request<ArchiveJob>('/archives', { method: 'POST', body: wish });

/** Its files, too. One that is being made is stopped. */
export const removeArchive = (jobId: number) => request<void>(`/archives/${jobId}`, { method: 'DELETE' });

export const createLayout = (layout: LayoutCreate) => request<Layout>('/layouts', { method: 'POST', body: layout });

/** What is left out stays as it is. */
export const updateLayout = (layoutId: string, patch: LayoutPatch) =>
  request<Layout>(`/layouts/${layoutId}`, { method: 'PATCH', body: patch });

export const removeLayout = (layoutId: string) => request<void>(`/layouts/${layoutId}`, { method: 'DELETE' });
