import type { Overlay } from '@nightjar/contract';

/** Properties of GStreamer's `clockoverlay`; all of them may be set while it runs. */
export function overlayProperties(overlay: Overlay | null): Record<string, string | number | boolean> {
  if (!overlay) return { silent: true };
  const [vertical = 'top', horizontal = 'left'] = overlay.position.split('-');
  return {
    silent: false,
    // clockoverlay formats nothing when the format is empty, and shows the text in front of the time.
    'time-format': overlay.format,
    text: overlay.text,
    valignment: vertical,
    halignment: horizontal,
    'font-desc': `Sans ${overlay.fontSize}`,
    'shaded-background': overlay.shaded,
  };
}
