import type { CameraDto, ServerEvent } from '@nightjar/contract';
import type { Camera } from './camera.ts';
import type { CameraChange } from './store.ts';

/** The camera as the API answers it: without its password. */
export function toDto({ source, ...camera }: Camera): CameraDto {
  const { password, ...shown } = source;
  return { ...camera, source: { ...shown, hasPassword: password !== undefined && password !== '' } };
}

/** What browsers are told of a change. */
export function toEvent({ change, camera }: CameraChange): ServerEvent {
  return { type: 'camera', change, cameraId: camera.id, camera: change === 'deleted' ? null : toDto(camera) };
}
