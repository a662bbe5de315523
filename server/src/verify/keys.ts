import { createPublicKey, type KeyObject } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fingerprintOf, keyFolderName } from '../evidence/index.ts';

/** It cannot be verified; the message says why. */
export class VerifyError extends Error {}

/** Which keys count, and what they look like. */
export class TrustedKeys {
  readonly #keys = new Map<string, KeyObject>();
  /** null: any that is found. */
  readonly #fingerprints: Set<string> | null;
  /** Whether somebody named them. */
  readonly given: boolean;

  private constructor(keys: readonly KeyObject[], fingerprints: readonly string[]) {
    for (const key of keys) this.#keys.set(fingerprintOf(key), key);
    this.given = keys.length > 0 || fingerprints.length > 0;
    this.#fingerprints = this.given ? new Set([...fingerprints, ...this.#keys.keys()]) : null;
  }

  /** @throws {VerifyError} */
  static async of(files: readonly string[], fingerprints: readonly string[]): Promise<TrustedKeys> {
    const keys: KeyObject[] = [];
    for (const file of files) {
      const pem = await readFile(file, 'utf8').catch((error: Error) => {
        throw new VerifyError(`${file} cannot be read: ${error.message}`);
      });
      const key = keyOrNull(pem);
      if (!key) throw new VerifyError(`${file} is not a public key (PEM)`);
      keys.push(key);
    }
    const clean = fingerprints.map((text) => text.toLowerCase().replaceAll(/[^0-9a-f]/g, ''));
    if (clean.some((text) => text.length !== 64)) throw new VerifyError('a fingerprint has 64 hexadecimal digits');
    return new TrustedKeys(keys, clean);
  }

  /** A key that lies beside what it signed: it counts when its fingerprint was given, or nothing was. */
  offer(pem: string): void {
    const key = keyOrNull(pem);
    if (!key) return;
    const fingerprint = fingerprintOf(key);
    if (this.#fingerprints?.has(fingerprint) ?? true) this.#keys.set(fingerprint, key);
  }

  async offerFolder(dataDir: string): Promise<void> {
    const folder = path.join(dataDir, keyFolderName);
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((name) => name.startsWith('public-key'))) {
      this.offer(await readFile(path.join(folder, name), 'utf8'));
    }
  }

  get none(): boolean {
    return this.#keys.size === 0;
  }

  /** undefined for one that does not count. */
  get(fingerprint: string): KeyObject | undefined {
    return this.#keys.get(fingerprint);
  }
}

function keyOrNull(pem: string): KeyObject | null {
  try {
    return createPublicKey(pem);
  } catch {
    return null;
  }
}
