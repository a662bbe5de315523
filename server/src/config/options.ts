import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { logLevels } from '../shared/logger.ts';
import { readAddresses, readIceUrls, readPorts } from './webrtc.ts';

/** A setting of `nightjar start`: command line first, then environment, then default. All need a restart. */
interface Option<T> {
  /** What stands for the value in the help: `--port N`. */
  placeholder: string;
  environment: string;
  default: string;
  help: string;
  /** What a value must be, for a person: `must be …`. */
  mustBe: string;
  /** undefined when the text is none. */
  parse(text: string): T | undefined;
}

export const options = {
  data: {
    placeholder: 'DIR',
    environment: 'NIGHTJAR_DATA',
    default: './data',
    help: 'folder of the recordings and the database',
    mustBe: 'must name a folder',
    parse: (text) => (text === '' || text.includes('\0') ? undefined : path.resolve(text)),
  },
  host: {
    placeholder: 'H',
    environment: 'NIGHTJAR_HOST',
    default: '127.0.0.1',
    help: 'address to serve on; 0.0.0.0 opens it to the network',
    mustBe: 'must be an IP address or a host name',
    parse: (text) => (net.isIP(text) || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text) ? text : undefined),
  },
  port: {
    placeholder: 'N',
    environment: 'NIGHTJAR_PORT',
    default: '8000',
    help: 'port of the web interface and the API; 0 takes a free one',
    mustBe: 'must be a number from 0 to 65535',
    parse: wholeNumber(65_535),
  },
  'rtsp-port': {
    placeholder: 'N',
    environment: 'NIGHTJAR_RTSP_PORT',
    default: '8554',
    help: 'port of the RTSP output; 0: none',
    mustBe: 'must be a number from 0 to 65535',
    parse: wholeNumber(65_535),
  },
  'rtsp-user': {
    placeholder: 'NAME',
    environment: 'NIGHTJAR_RTSP_USER',
    default: 'nightjar',
    help: 'who may read the RTSP output, once there is a password',
    mustBe: 'must be a name without a colon or spaces, of at most 64 characters',
    parse: (text) => (/^[^\s:"\\]{1,64}$/.test(text) ? text : undefined),
  },
  'rtsp-password-file': {
    placeholder: 'FILE',
    environment: 'NIGHTJAR_RTSP_PASSWORD_FILE',
    default: 'none',
    help: 'file whose first line is the password of the RTSP output; or NIGHTJAR_RTSP_PASSWORD',
    mustBe: 'must name a file',
    parse: (text) => (text === '' || text.includes('\0') ? undefined : text),
  },
  'media-dir': {
    placeholder: 'DIRS',
    environment: 'NIGHTJAR_MEDIA_DIR',
    default: 'none',
    help: 'folders whose files may be played as cameras (file:///…), separated by colons',
    mustBe: 'must be none or folders separated by colons',
    parse: readFolders,
  },
  'live-encoders': {
    placeholder: 'N',
    environment: 'NIGHTJAR_LIVE_ENCODERS',
    default: `${Math.max(1, Math.floor(os.availableParallelism() / 2))}`,
    help: 'streams that are encoded at once for live viewers who cannot play H.265',
    mustBe: 'must be a number from 0 to 64',
    parse: wholeNumber(64),
  },
  'webrtc-hosts': {
    placeholder: 'IPS',
    environment: 'NIGHTJAR_WEBRTC_HOSTS',
    default: 'none',
    help: 'addresses under which WebRTC viewers from outside reach this machine, separated by commas',
    mustBe: 'must be none or IP addresses separated by commas',
    parse: readAddresses,
  },
  'webrtc-ports': {
    placeholder: 'A-B',
    environment: 'NIGHTJAR_WEBRTC_PORTS',
    default: 'any',
    help: 'UDP ports for WebRTC, such as 50000-50100',
    mustBe: 'must be any or two UDP ports such as 50000-50100',
    parse: readPorts,
  },
  'webrtc-ice': {
    placeholder: 'URLS',
    environment: 'NIGHTJAR_WEBRTC_ICE',
    default: 'none',
    help: 'STUN and TURN servers for WebRTC, separated by commas',
    mustBe: 'must be none or addresses such as stun:host:3478 and turn:host:3478?transport=udp, separated by commas',
    parse: readIceUrls,
  },
  'webrtc-viewers': {
    placeholder: 'N',
    environment: 'NIGHTJAR_WEBRTC_VIEWERS',
    default: '32',
    help: 'who may watch over WebRTC at once',
    mustBe: 'must be a number from 0 to 1000',
    parse: wholeNumber(1_000),
  },
  'export-days': {
    placeholder: 'N',
    environment: 'NIGHTJAR_EXPORT_DAYS',
    default: '7',
    help: 'days after which finished exports are removed; 0: never',
    mustBe: 'must be a number from 0 to 3650',
    parse: wholeNumber(3_650),
  },
  demo: {
    placeholder: 'N',
    environment: 'NIGHTJAR_DEMO',
    default: '0',
    help: 'add N simulated cameras, up to 16',
    mustBe: 'must be a number from 0 to 16',
    parse: wholeNumber(16),
  },
  log: {
    placeholder: 'LEVEL',
    environment: 'NIGHTJAR_LOG',
    default: 'info',
    help: `how much to tell: ${logLevels.join(', ')}`,
    mustBe: `must be one of ${logLevels.join(', ')}`,
    parse: (text) => logLevels.find((level) => level === text),
  },
} as const satisfies Record<string, Option<unknown>>;

export type OptionName = keyof typeof options;
export const optionNames = Object.keys(options) as OptionName[];

function readFolders(text: string): string[] | undefined {
  if (text === 'none') return [];
  const folders = text.split(':');
  return folders.some((folder) => folder === '' || folder.includes('\0'))
    ? undefined
    : folders.map((folder) => path.resolve(folder));
}

function wholeNumber(maximum: number): (text: string) => number | undefined {
  return (text) => (/^\d{1,6}$/.test(text) && Number(text) <= maximum ? Number(text) : undefined);
}
