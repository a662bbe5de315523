import { type RefObject, useEffect, useState } from 'react';

/** A quick look at another tab does not restart every picture. */
const hiddenGraceMs = 4_000;

/** Whether `element` can be seen: its tab is in front and it is scrolled into view, or was so a moment ago. */
export function useOnScreen(element: RefObject<Element | null>): boolean {
  const [onScreen, setOnScreen] = useState(!document.hidden);
  useEffect(() => {
    let inView = true;
    let timer: number | undefined;
    const update = () => {
      window.clearTimeout(timer);
      const seen = inView && !document.hidden;
      if (seen) setOnScreen(true);
      else timer = window.setTimeout(() => setOnScreen(false), hiddenGraceMs);
    };
    const observer = new IntersectionObserver(
      (entries) => {
        inView = entries.at(-1)?.isIntersecting ?? true;
        update();
      },
      { rootMargin: '200px' },
    );
    if (element.current) observer.observe(element.current);
    document.addEventListener('visibilitychange', update);
    return () => {
      window.clearTimeout(timer);
      observer.disconnect();
      document.removeEventListener('visibilitychange', update);
    };
  }, [element]);
  return onScreen;
}
