import { type Grid, neighbourOf } from './grid.ts';

/** Moves the focus from tile to tile of the page that is shown, over empty places. */
export function walk(arrow: string, grid: Grid, places: number): void {
  const wall = document.querySelector('[data-testid=live-grid]');
  const tileIn = (place: number) => wall?.querySelector<HTMLElement>(`[data-place="${place}"] a`);
  const here = document.activeElement?.closest('[data-place]')?.getAttribute('data-place');
  if (here == null) {
    wall?.querySelector<HTMLElement>('a')?.focus();
    return;
  }
  let place = Number(here);
  let next = neighbourOf(place, arrow, grid, places);
  while (next !== place && !tileIn(next)) [place, next] = [next, neighbourOf(next, arrow, grid, places)];
  tileIn(next)?.focus();
}
