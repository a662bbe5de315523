import { useCallback, useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';
import { readWallAddress, type WallAddress, writeWallAddress } from './wall-address.ts';
import { recalledWall, rememberWall } from './wall-memory.ts';

/** What is to be shown: as the address says, or, when that says nothing, as it was last. */
export function useWallAddress(): { address: WallAddress; change(patch: Partial<WallAddress>): void } {
  const search = useSearch();
  const [, navigate] = useLocation();
  const address = search === '' ? recalledWall() : readWallAddress(search);
  const text = writeWallAddress(address);

  useEffect(() => {
    const address = readWallAddress(new URL(text, window.location.origin).search);
    rememberWall(address);
    if (window.location.pathname + window.location.search !== text) navigate(text, { replace: true });
  }, [text, navigate]);

  const change = useCallback(
    (patch: Partial<WallAddress>) => {
      const next = { ...readWallAddress(new URL(text, window.location.origin).search), ...patch };
      // First, since an address without anything in it means what was shown last.
      rememberWall(next);
      navigate(writeWallAddress(next), { replace: true });
    },
    [text, navigate],
  );
  return { address, change };
}
