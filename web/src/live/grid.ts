/** Pictures on one page of the grid. */
export const layouts = [1, 4, 9, 16] as const;
export type Layout = (typeof layouts)[number];

/** The smallest layout that shows all `cameras` at once, else the largest. */
export const fittingLayout = (cameras: number): Layout => layouts.find((layout) => layout >= cameras) ?? 16;

/** Columns and rows; no more than needed: two cameras are shown side by side, not above an empty row. */
export function gridOf(layout: Layout, cameras: number): { columns: number; rows: number } {
  const columns = Math.sqrt(layout);
  const shown = Math.min(Math.max(1, cameras), layout);
  return { columns: Math.min(columns, shown), rows: Math.min(columns, Math.ceil(shown / columns)) };
}

/** Pages of `layout` cameras each; page numbers outside are moved to the nearest page. */
export function pageOf<T>(
  items: readonly T[],
  layout: Layout,
  page: number,
): { items: T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(items.length / layout));
  const inside = Math.min(Math.max(0, page), pages - 1);
  return { items: items.slice(inside * layout, (inside + 1) * layout), page: inside, pages };
}

/** Group names in use, sorted as people expect. */
export function groupsOf(cameras: readonly { group?: string | undefined }[]): string[] {
  const names = new Set(cameras.flatMap(({ group }) => (group ? [group] : [])));
  return [...names].sort(new Intl.Collator('en', { numeric: true }).compare);
}
