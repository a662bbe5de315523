import type { CameraDto, ServerEvent } from '@nightjar/contract';
import type { Camera } from './camera.ts';
import type { CameraChange } from './store.ts';

/** The camera as the API answers it: without its passwords. */
export function toDto({ source, substream, substreamSince: _, ...camera }: Camera): CameraDto {
  return { ...camera, source: withoutPassword(source), substream: substream && withoutPassword(substream) };
}

function withoutPassword<T extends { password?: string }>({ password, ...shown }: T) {
  return { ...shown, hasPassword: password !== undefined && password !== '' };
}

/** What browsers are told of a change. */
export function toEvent({ change, camera }: CameraChange): ServerEvent {
  return { type: 'camera', change, cameraId: camera.id, camera: change === 'deleted' ? null : toDto(camera) };
}
