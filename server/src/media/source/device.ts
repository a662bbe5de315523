import { access, constants } from 'node:fs/promises';
import { NvrError } from '../../shared/errors.ts';
import { elementExists, Pipeline, parseCaps } from '../gst/index.ts';
import { Branches } from './branches.ts';
import { type OpenSource, oneFeed, type SourceRequest } from './source.ts';
import { missingElement } from './unreachable.ts';

/** Those whose bits can be kept first, then those that are least to encode. */
const formats = ['video/x-h264', 'video/x-h265', 'image/jpeg', 'video/x-raw'];

/** A camera at the machine itself, by Video4Linux: H.264 or H.265 where it has it, else JPEG or raw pictures, encoded. */
export async function openDevice(request: SourceRequest): Promise<OpenSource> {
  if (!elementExists('v4l2src')) throw missingElement('v4l2src', 'gstreamer1.0-plugins-good');
  const device = request.settings.source.url.replace(/^v4l2:\/\//, '');
  await checkAccess(device);
  const format = bestFormat(await offeredBy(device));
  if (!format) {
    throw new NvrError('camera_unsupported_codec', `${device} gives none of H.264, H.265, JPEG and raw pictures.`);
  }
  return {
    receivedOver: 'device',
    certificateTrusted: null,
    isPaced: false,
    next: oneFeed(
      () => {
        const plan = new Branches(request);
        const branch = plan.videoFor(parseCaps(format));
        return {
          text: `v4l2src name=src ! ${format} ! ${branch}`,
          plan,
          prepare: (pipeline) => pipeline.set('src', 'device', device),
          failure: ({ message, debug, element }) =>
            element === 'src'
              ? new NvrError('camera_unreachable', `${device} cannot be used. Is another program using it?`, {
                  cause: new Error(`${message} ${debug}`),
                })
              : null,
        };
      },
      () => new NvrError('camera_stream_ended', 'The camera has stopped.'),
    ),
    release() {},
  };
}

async function checkAccess(device: string): Promise<void> {
  await access(device, constants.R_OK | constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'EACCES'
      ? new NvrError('camera_auth_failed', `The recorder may not use ${device}: its user must be in the group video.`, {
          cause,
        })
      : new NvrError('camera_unreachable', `There is no camera ${device}. Is it plugged in?`, { cause });
  });
}

/** Serialised caps. @throws {NvrError} */
async function offeredBy(device: string): Promise<string> {
  await using pipeline = new Pipeline('v4l2src name=src ! fakesink');
  pipeline.set('src', 'device', device);
  if ((await pipeline.setState('ready')) === 'failure') {
    throw new NvrError('camera_unreachable', `${device} is no camera, or another program is using it.`);
  }
  return pipeline.possibleCaps('src', 'src');
}

/** The media type to ask a camera for that offers these caps; null when there is none. */
export const bestFormat = (caps: string): string | null =>
  formats.find((format) => new RegExp(`(^|;\\s*)${format}[,;( ]|(^|;\\s*)${format}$`).test(caps)) ?? null;
