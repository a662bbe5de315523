import { useEffect, useRef } from 'react';

/** While it is on, pages have no frame around them, and the screen stays on. */
export function useKioskFrame(on: boolean): void {
  useEffect(() => {
    if (!on) return;
    document.documentElement.dataset.kiosk = '';
    const letSleep = keepAwake();
    return () => {
      delete document.documentElement.dataset.kiosk;
      letSleep();
    };
  }, [on]);
}

/** Browsers take the lock back whenever the window is hidden, and have it only over HTTPS or on this machine itself. */
function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let over = false;
  const ask = async () => {
    if (over || document.hidden || !('wakeLock' in navigator)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      if (over) await lock.release();
    } catch {
      // Refused, for the battery is low or the like: then the screen sleeps as it always does.
    }
  };
  const askAgain = () => void ask();
  void ask();
  document.addEventListener('visibilitychange', askAgain);
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', askAgain);
    void lock?.release();
  };
}

/**
 * Full screen is the view of nothing but pictures, over the whole screen where the browser can do that: of the whole
 * document, so that menus and dialogs are seen there, too.
 */
export function useFullScreen(kiosk: boolean, setKiosk: (kiosk: boolean) => void): { toggle(): void } {
  const leave = useRef(() => {});
  leave.current = () => setKiosk(false);
  useEffect(() => {
    const onChange = () => {
      if (!document.fullscreenElement) leave.current();
    };
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, []);

  const toggle = () => {
    setKiosk(!kiosk);
    if (kiosk) {
      if (document.fullscreenElement) void document.exitFullscreen();
      return;
    }
    // Not on an iPhone, nor where it is forbidden: what is left then is the view without a frame.
    document.documentElement.requestFullscreen?.().catch(() => {});
  };
  return { toggle };
}
