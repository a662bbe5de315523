/** Ids of cameras by place, page after page; null: empty. */
export type Places = readonly (string | null)[];

const trimmed = (places: Places): Places => places.slice(0, places.findLastIndex((id) => id !== null) + 1);

const filled = (places: Places, length: number): (string | null)[] =>
  Array.from({ length: Math.max(length, places.length) }, (_, place) => places[place] ?? null);

/** What is in the two places changes places. */
export function swapped(places: Places, from: number, to: number): Places {
  const next = filled(places, Math.max(from, to) + 1);
  [next[from], next[to]] = [next[to] ?? null, next[from] ?? null];
  return trimmed(next);
}

export function withCamera(places: Places, place: number, cameraId: string | null): Places {
  const next = filled(places, place + 1);
  next[place] = cameraId;
  return trimmed(next);
}

/** Pages while arranging: always one empty one after those in use, to put cameras on. */
export const pagesToArrange = (places: Places, tiles: number): number => Math.ceil(places.length / tiles) + 1;

/** How a place is called: `place 3`, with its page where there are several. */
export function placeName(place: number, tiles: number, pages: number): string {
  const name = `place ${(place % tiles) + 1}`;
  return pages > 1 ? `${name} on page ${Math.floor(place / tiles) + 1}` : name;
}

export const isSame = (a: Places, b: Places): boolean =>
  a.length === b.length && a.every((id, place) => id === b[place]);
