import { readFileSync } from 'node:fs';
import { StartError } from './start-error.ts';

/** Who may read the RTSP output; null: everyone. */
export type RtspCredentials = { user: string; password: string } | null;

/**
 * The password comes from the environment or a file, never from the command line, which others can see.
 * @param passwordFile null: none.
 * @throws {StartError}
 */
export function rtspCredentials(
  user: string,
  password: string | undefined,
  passwordFile: string | null,
): RtspCredentials {
  const given = passwordFile === null ? password || undefined : readPassword(passwordFile);
  return given === undefined ? null : { user, password: given };
}

/** The first line. */
function readPassword(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'not to be read';
    throw new StartError(`--rtsp-password-file: cannot read ${file}: ${code}`, { cause: error });
  }
  const [password = ''] = text.split(/\r?\n/);
  if (password === '') throw new StartError(`--rtsp-password-file: the first line of ${file} is empty`);
  return password;
}
