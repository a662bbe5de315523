import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { EvidenceInfo, UnixMs } from '@nightjar/contract';
import { syncFolder } from '../shared/disk-files.ts';
import { isMissing } from '../shared/is-missing.ts';

/** Of the data folder. */
export const keyFolderName = 'evidence';
const privateName = 'private-key.pem';
const publicName = 'public-key.pem';

export interface EvidenceKey extends EvidenceInfo {
  privateKey: KeyObject;
  /** Fingerprint of the key that was used before this one, when that has just been replaced or lost. */
  replaced: string | null;
  /** Public keys of before, PEM, by their fingerprints. */
  earlier: ReadonlyMap<string, string>;
}

/** SHA-256 of the key as SubjectPublicKeyInfo in DER, hexadecimal. */
export const fingerprintOf = (publicKey: KeyObject): string =>
  hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex');

/**
 * The key that this recorder signs with; made when there is none. What was signed before with a key that is lost stays
 * verifiable: its public half is kept beside the new one.
 * @throws when the folder cannot be read or written.
 */
export async function openKey(dataDir: string, nowMs: number): Promise<EvidenceKey> {
  const folder = path.join(dataDir, keyFolderName);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pem = (await readPrivate(folder, nowMs)) ?? (await makePrivate(folder, nowMs));
  const privateKey = createPrivateKey(pem);
  const key = createPublicKey(privateKey);
  const publicKey = key.export({ type: 'spki', format: 'pem' }).toString();
  const fingerprint = fingerprintOf(key);
  const replaced = await keepPublic(folder, publicKey, fingerprint);
  const since = Number(/^Made at (\d+)/m.exec(pem)?.[1] ?? nowMs) as UnixMs;
  return { privateKey, publicKey, fingerprint, since, replaced, earlier: await readEarlier(folder) };
}

/** null when there is none that could be used; a damaged one is put aside. */
async function readPrivate(folder: string, nowMs: number): Promise<string | null> {
  const file = path.join(folder, privateName);
  const pem = await readOrNull(file);
  if (pem === null) return null;
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'ed25519') return pem;
  } catch {
    // put aside as one of another kind is
  }
  await rename(file, `${file}.unusable-${nowMs}`);
  return null;
}

/** Text before a key is left out by all who read PEM files (RFC 7468, section 2). */
async function makePrivate(folder: string, nowMs: number): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = `Signs the evidence of this Nightjar recorder. Whoever has it can sign in its name.
Made at ${nowMs} (${new Date(nowMs).toISOString()})
${privateKey.export({ type: 'pkcs8', format: 'pem' })}`;
  await writeWhole(path.join(folder, privateName), pem, 0o600);
  return pem;
}

/** Answers the fingerprint of another key that was there. */
async function keepPublic(folder: string, publicKey: string, fingerprint: string): Promise<string | null> {
  const file = path.join(folder, publicName);
  const before = await readOrNull(file);
  if (before === publicKey) return null;
  const old = before === null ? null : fingerprintOrNull(before);
  if (old !== null && old !== fingerprint) await rename(file, path.join(folder, `public-key-${old.slice(0, 16)}.pem`));
  await writeWhole(file, publicKey, 0o644);
  return old === fingerprint ? null : old;
}

async function readEarlier(folder: string): Promise<Map<string, string>> {
  const earlier = new Map<string, string>();
  for (const name of await readdir(folder)) {
    if (!/^public-key-.*\.pem$/.test(name)) continue;
    const pem = await readFile(path.join(folder, name), 'utf8');
    const fingerprint = fingerprintOrNull(pem);
    if (fingerprint !== null) earlier.set(fingerprint, pem);
  }
  return earlier;
}

function fingerprintOrNull(pem: string): string | null {
  try {
    return fingerprintOf(createPublicKey(pem));
  } catch {
    return null; // damaged
  }
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(`${file}.new`, 'w', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  await syncFolder(path.dirname(file));
}
