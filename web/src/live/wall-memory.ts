import { readWallAddress, type WallAddress, writeWallAddress } from './wall-address.ts';

const key = 'nightjar-wall';

/**
 * What this browser showed last. Which layout, for good; which page, and whether nothing but pictures, only in this
 * window: back from one camera to where one was.
 */
export function recalledWall(): WallAddress {
  const inWindow = stored(() => window.sessionStorage.getItem(key));
  if (inWindow !== null) return readWallAddress(inWindow);
  return { ...readWallAddress(stored(() => window.localStorage.getItem(key)) ?? ''), page: 0, kiosk: false };
}

export function rememberWall(address: WallAddress): void {
  const search = new URL(writeWallAddress(address), window.location.origin).search;
  stored(() => {
    window.sessionStorage.setItem(key, search);
    window.localStorage.setItem(key, search);
  });
}

/** null where the browser keeps nothing (blocked, or full): the address bar still has it all. */
function stored<T>(access: () => T): T | null {
  try {
    return access();
  } catch {
    return null;
  }
}
