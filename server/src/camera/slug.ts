import type { CameraId } from '@nightjar/contract';

const maxLength = 63;
/** Letters that Unicode does not decompose. */
const spelled: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', þ: 'th', ı: 'i' };

/** `Front door` → `front-door`; `-2`, `-3` … when taken; `fallback` when no letter of the name is Latin. */
export function slugFor(name: string, isTaken: (id: CameraId) => boolean, fallback = 'camera'): CameraId {
  const base = slug(name, maxLength) || fallback;
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : `-${number}`;
    const id = (slug(base, maxLength - suffix.length) + suffix) as CameraId;
    if (!isTaken(id)) return id;
  }
}

function slug(name: string, length: number): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '');
  const latin = plain.replace(/[ßæœøđðłþı]/g, (letter) => spelled[letter] ?? '');
  const joined = latin.replace(/[^a-z0-9]+/g, '-').replace(/^-/, '');
  return joined.slice(0, length).replace(/-$/, '');
}
