/** What of time the timeline shows, `[from, to)` in Unix ms. */
export interface View {
  from: number;
  to: number;
}

/** The closest view: a second over the whole width, so that each frame has its place. */
export const shortestViewMs = 1_000;
/** The widest: two months. */
export const longestViewMs = 62 * 86_400_000;

/**
 * Where the timeline is. It moves with every frame of a drag, so it is told to those who ask instead of drawn by React.
 * Its length is kept between `shortestViewMs` and `longestViewMs`, about the middle of what was asked for.
 */
export class ViewStore {
  #view: View;
  readonly #listeners = new Set<() => void>();

  constructor(view: View) {
    this.#view = allowed(view);
  }

  readonly get = (): View => this.#view;

  readonly set = (view: View): void => {
    const next = allowed(view);
    if (next.from === this.#view.from && next.to === this.#view.to) return;
    this.#view = next;
    for (const listener of this.#listeners) listener();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

function allowed(view: View): View {
  const length = view.to - view.from;
  const wanted = Math.min(Math.max(length, shortestViewMs), longestViewMs);
  if (wanted === length) return view;
  const from = view.from + (length - wanted) / 2;
  return { from, to: from + wanted };
}
