import { type RefObject, useLayoutEffect, useState } from 'react';

/** Below this many CSS pixels of width, what a substream usually has is enough. */
const smallBelowPx = 640;
/** So much wider it must become to count as large: no change back and forth at the edge. */
const marginPx = 80;

/** Whether `element` is shown small. */
export function useIsSmall(element: RefObject<Element | null>): boolean {
  const [isSmall, setIsSmall] = useState(false);
  useLayoutEffect(() => {
    if (!element.current) return;
    const measure = (widthPx: number) => setIsSmall((before) => widthPx < smallBelowPx + (before ? marginPx : 0));
    measure(element.current.clientWidth);
    const observer = new ResizeObserver((entries) => {
      const widthPx = entries.at(-1)?.contentRect.width;
      if (widthPx) measure(widthPx);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return isSmall;
}
