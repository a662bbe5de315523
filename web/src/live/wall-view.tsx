import type { CameraDto, TileCount } from '@nightjar/contract';
import type { CSSProperties, ReactNode, TouchEvent } from 'react';
import { useRef } from 'react';
import styles from './live.module.css';
import { LiveTile } from './live-tile.tsx';
import type { WallPage } from './wall.ts';

interface WallViewProps {
  pages: readonly WallPage[];
  tiles: TileCount;
  page: number;
  /** Connected already, to be shown in a moment; null: none. */
  upcoming: number | null;
  arranging: boolean;
  kiosk: boolean;
  onTurn(step: number): void;
  /** Lies over the tiles. */
  layer?: ReactNode;
  children?: ReactNode;
}

/** The pictures of a page, as large as the room allows. A swipe turns pages. */
export function WallView(props: WallViewProps) {
  const { pages, tiles, page, upcoming, arranging, kiosk, onTurn, layer, children } = props;
  const swipe = useSwipe(onTurn, !arranging && pages.length > 1);
  // While arranging, one grid shows all pages: what lies over it carries cameras from one to the other.
  const arranged = useRef(page);
  if (!arranging) arranged.current = page;
  const shown = [page, ...(upcoming !== null && upcoming !== page ? [upcoming] : [])];
  return (
    <div className={styles.wall} data-kiosk={kiosk} data-testid="wall" {...swipe}>
      {shown.map((index) => {
        const { places = [], grid = { columns: 1, rows: 1 } } = pages[index] ?? {};
        const isShown = index === page;
        return (
          <div
            key={arranging ? arranged.current : index}
            className={styles.grid}
            style={{ '--wide-columns': grid.columns, '--rows': grid.rows } as CSSProperties}
            data-tiles={tiles}
            data-upcoming={!isShown}
            inert={!isShown}
            data-testid={isShown ? 'live-grid' : undefined}
          >
            {keyed(places).map(({ key, camera }, place) =>
              camera ? (
                <LiveTile key={key} camera={camera} place={place} inert={arranging || !isShown} />
              ) : (
                <div key={key} className={styles.empty} data-place={place} />
              ),
            )}
            {isShown && layer}
          </div>
        );
      })}
      {children}
    </div>
  );
}

/** A camera keeps its picture wherever it moves on the page; it may be there twice. */
function keyed(places: WallPage['places']): { key: string; camera: CameraDto | null }[] {
  const seen = new Map<string, number>();
  return places.map((camera, place) => {
    if (!camera) return { key: `empty ${place}`, camera };
    const count = (seen.get(camera.id) ?? 0) + 1;
    seen.set(camera.id, count);
    return { key: `${camera.id} ${count}`, camera };
  });
}

const swipePx = 60;

function useSwipe(onTurn: (step: number) => void, enabled: boolean) {
  const start = useRef<{ x: number; y: number }>(null);
  return {
    onTouchStart({ touches }: TouchEvent) {
      const touch = touches.length === 1 ? touches.item(0) : null;
      start.current = enabled && touch ? { x: touch.clientX, y: touch.clientY } : null;
    },
    onTouchEnd({ changedTouches }: TouchEvent) {
      const touch = changedTouches.item(0);
      if (!start.current) return;
      const [x, y] = [touch.clientX - start.current.x, touch.clientY - start.current.y];
      if (Math.abs(x) > swipePx && Math.abs(x) > 2 * Math.abs(y)) onTurn(x < 0 ? 1 : -1);
    },
  };
}
