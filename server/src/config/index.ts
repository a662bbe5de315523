import { parseArgs } from 'node:util';
import type { LogLevel } from '../shared/logger.ts';
import { type OptionName, optionNames, options } from './options.ts';
import { type RtspCredentials, rtspCredentials } from './rtsp.ts';
import { StartError } from './start-error.ts';
import { iceServers, type WebRtcConfig } from './webrtc.ts';

export { isInUse, prepareDataDir } from './data-dir.ts';
export { StartError, startProblem } from './start-error.ts';
export type { WebRtcConfig } from './webrtc.ts';

export interface Config {
  /** Absolute. */
  dataDir: string;
  host: string;
  /** 0: any free one. */
  port: number;
  /** 0: no RTSP output. */
  rtspPort: number;
  rtspCredentials: RtspCredentials;
  /** Folders whose files may be played as cameras; absolute. */
  mediaDirs: string[];
  /** Live streams whose pictures are encoded at once, at most. */
  liveEncoders: number;
  webRtc: WebRtcConfig;
  /** Finished exports are removed after so many days; 0: never. */
  exportDays: number;
  demoCameras: number;
  logLevel: LogLevel;
  /** IANA name; days are local to it. */
  timeZone: string;
}

/**
 * The settings of `nightjar start ARGS`, or `'help'` when that is what was asked for.
 * @throws {StartError} in one line, for the first setting that is wrong.
 */
export function readConfig(args: string[], environment: NodeJS.ProcessEnv): Config | 'help' {
  const given = parseCommandLine(args);
  if (given.help) return 'help';
  const read = <Name extends OptionName>(name: Name) => readOption(name, given[name], environment);
  const ports = read('webrtc-ports');
  const passwordFile = read('rtsp-password-file');
  const config: Config = {
    dataDir: read('data'),
    host: read('host'),
    port: read('port'),
    rtspPort: read('rtsp-port'),
    rtspCredentials: rtspCredentials(
      read('rtsp-user'),
      environment.NIGHTJAR_RTSP_PASSWORD,
      passwordFile === 'none' ? null : passwordFile,
    ),
    mediaDirs: read('media-dir'),
    liveEncoders: read('live-encoders'),
    webRtc: {
      publicAddresses: read('webrtc-hosts'),
      ports: ports === 'any' ? null : ports,
      servers: iceServers(
        read('webrtc-ice'),
        environment.NIGHTJAR_WEBRTC_TURN_USERNAME,
        environment.NIGHTJAR_WEBRTC_TURN_CREDENTIAL,
      ),
      maxSessions: read('webrtc-viewers'),
    },
    exportDays: read('export-days'),
    demoCameras: read('demo'),
    logLevel: read('log'),
    timeZone: readTimeZone(environment.TZ),
  };
  if (config.port !== 0 && config.port === config.rtspPort) {
    throw new StartError(`--port and --rtsp-port are both ${config.port}; give one of them another port`);
  }
  return config;
}

type Given = { [Name in OptionName]?: string } & { help?: boolean };

function parseCommandLine(args: string[]): Given {
  const known = Object.fromEntries(optionNames.map((name) => [name, { type: 'string' as const }]));
  const { tokens } = parseArgs({
    args,
    strict: false,
    tokens: true,
    options: { ...known, help: { type: 'boolean', short: 'h' } },
  });
  const given: Record<string, string | true> = {};
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new StartError(`'${token.value}' is not an option; see --help`);
    if (token.name === 'help') return { help: true };
    if (!(token.name in known)) throw new StartError(`there is no option ${token.rawName}; see --help`);
    if (token.value === undefined) throw new StartError(`--${token.name} needs a value; see --help`);
    given[token.name] = token.value;
  }
  return given as Given;
}

type OptionValue<Name extends OptionName> = NonNullable<ReturnType<(typeof options)[Name]['parse']>>;

function readOption<Name extends OptionName>(
  name: Name,
  argument: string | undefined,
  environment: NodeJS.ProcessEnv,
): OptionValue<Name> {
  const option = options[name];
  const fromEnvironment = environment[option.environment] || undefined;
  const value = option.parse(argument ?? fromEnvironment ?? option.default);
  if (value !== undefined) return value as OptionValue<Name>;
  const [origin, text] = argument === undefined ? [option.environment, fromEnvironment] : [`--${name}`, argument];
  throw new StartError(`${origin} ${option.mustBe}, not '${text}'`);
}

/** Node falls back to UTC without a word when TZ names no zone it knows. */
function readTimeZone(tz: string | undefined): string {
  const name = tz?.replace(/^:/, '');
  try {
    return new Intl.DateTimeFormat('en', name ? { timeZone: name } : {}).resolvedOptions().timeZone;
  } catch {
    throw new StartError(`TZ must name an IANA time zone, such as Europe/Vienna, not '${tz}'`);
  }
}

export const helpText = `Usage: nightjar start [options]

Records cameras, shows them live and plays them back, at http://HOST:PORT.

${optionNames.map(helpLine).join('\n')}
  --help                     this text

An environment variable stands in for an option that is not given. TZ sets the time zone;
NIGHTJAR_WEBRTC_TURN_USERNAME and NIGHTJAR_WEBRTC_TURN_CREDENTIAL are the account with the TURN servers.
`;

function helpLine(name: OptionName): string {
  const { placeholder, help, environment, default: standard } = options[name];
  return `  ${`--${name} ${placeholder}`.padEnd(26)} ${help} (default ${standard}; ${environment})`;
}
