import { Text } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import type { CameraDto, Layout } from '@nightjar/contract';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useLocation } from 'wouter';
import { updateLayout } from '../api/mutations.ts';
import { layoutsQuery } from '../api/queries.ts';
import { RecorderPage } from '../cameras/recorder-page.tsx';
import { type Draft, draftOf, pagesOfDraft } from './draft.ts';
import { type Grid, neighbourOf } from './grid.ts';
import { KioskBar } from './kiosk-bar.tsx';
import styles from './live.module.css';
import { Pager } from './pager.tsx';
import { useFullScreen } from './use-kiosk.ts';
import { useRotation } from './use-rotation.ts';
import { useWallAddress } from './use-wall-address.ts';
import { useWallKeys } from './use-wall-keys.ts';
import { allCameras, elsewhere, wallChoices, wallOf } from './wall.ts';
import { writeWallAddress } from './wall-address.ts';
import { WallMenu } from './wall-menu.tsx';
import { WallTools } from './wall-tools.tsx';
import { WallView } from './wall-view.tsx';

// What the first page does not need comes after it.
const arrange = () => import('./arrange.tsx');
const ArrangeLayer = lazy(() => arrange().then(({ ArrangeLayer }) => ({ default: ArrangeLayer })));
const ArrangeTools = lazy(() => arrange().then(({ ArrangeTools }) => ({ default: ArrangeTools })));
const LayoutDialog = lazy(() => import('./layout-dialog.tsx').then(({ LayoutDialog }) => ({ default: LayoutDialog })));

/** More videos at once than these are not connected ahead of time. */
const mostAhead = 9;
const usualSeconds = 15;

export function LiveGrid({ cameras, layouts }: { cameras: CameraDto[]; layouts: Layout[] }) {
  const { address, change } = useWallAddress();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [dialog, setDialog] = useState<'save' | 'rename' | 'remove' | 'keys' | null>(null);
  const fullScreen = useFullScreen(address.kiosk, (kiosk) => change({ kiosk }));

  const wall = wallOf({ id: address.layout, tiles: address.tiles }, cameras, layouts);
  const pages = draft ? pagesOfDraft(draft, cameras) : wall.pages;
  const tiles = draft?.tiles ?? wall.tiles;
  const page = Math.min(address.page, pages.length - 1);
  const rotateSeconds = (address.rotateSeconds ?? wall.saved?.rotateSeconds ?? 0) || null;
  const isRotating = rotateSeconds !== null && pages.length > 1 && !draft && dialog === null;
  const turnTo = (page: number) => change({ page });
  const turn = (step: number) => turnTo((page + step + pages.length) % pages.length);
  const rotation = useRotation({
    everySeconds: isRotating ? rotateSeconds : null,
    page,
    onTurn: () => turn(1),
  });
  const isAlone = address.kiosk && !draft;
  const current = pages[page];
  const title = [wall.name, current?.title]
    .filter((part, index, all) => part && all.indexOf(part) === index)
    .join(' · ');
  useDocumentTitle(`${title} · Nightjar`);

  const showWall = (id: string) => {
    const isSaved = layouts.some((layout) => layout.id === id);
    const tiles = isSaved || wall.saved ? null : address.tiles;
    change({ layout: id === allCameras ? null : id, tiles, page: 0, rotateSeconds: null });
  };
  const setRotation = (seconds: number | null) =>
    change({ rotateSeconds: seconds ?? (wall.saved?.rotateSeconds == null ? null : 0) });
  const toggleRotation = () => setRotation(rotateSeconds === null ? (wall.saved?.rotateSeconds ?? usualSeconds) : null);
  const beginArranging = () => setDraft(draftOf(wall));
  const renewLayouts = () => queries.invalidateQueries({ queryKey: layoutsQuery.queryKey });
  const saveChanges = async () => {
    if (!wall.saved) return;
    try {
      await updateLayout(wall.saved.id, { tiles: wall.tiles, rotateSeconds });
      await renewLayouts();
      change({ tiles: null, rotateSeconds: null });
    } catch (error) {
      notifications.show({ color: 'red', message: `Not saved: ${(error as Error).message}` });
    }
  };
  const copyLink = async () => {
    const link = window.location.origin + writeWallAddress({ ...address, page: 0, kiosk: true });
    const copied = await navigator.clipboard?.writeText(link).then(
      () => true,
      () => false,
    );
    // Without HTTPS browsers do not let pages copy.
    notifications.show({ message: copied ? `Copied: ${link}` : link, autoClose: copied ? 5_000 : 30_000 });
  };

  useWallKeys(
    {
      open(place) {
        const camera = current?.places[place];
        if (camera) navigate(`/live/${camera.id}`);
      },
      turn,
      walk: (arrow) => current && walk(arrow, current.grid, current.places.length),
      toggleFullScreen: fullScreen.toggle,
      toggleRotation: () => pages.length > 1 && toggleRotation(),
      arrange: beginArranging,
      showKeys: () => setDialog('keys'),
      leave: () => address.kiosk && fullScreen.toggle(),
    },
    draft === null,
  );

  const pager = pages.length > 1 && (
    <Pager page={page} pages={pages.length} elsewhere={draft ? 0 : elsewhere(wall, page)} onTurn={turn} />
  );
  const view = (
    <WallView
      pages={pages}
      tiles={tiles}
      page={page}
      upcoming={rotation.soon && tiles <= mostAhead ? (page + 1) % pages.length : null}
      arranging={draft !== null}
      kiosk={isAlone}
      onTurn={turn}
      layer={
        draft && (
          <Suspense fallback={null}>
            <ArrangeLayer
              cameras={cameras}
              draft={draft}
              page={page}
              pages={pages.length}
              onChange={(places) => setDraft({ ...draft, places })}
              onTurn={turn}
              onLeave={() => setDraft(null)}
              before={draftOf(wall)}
            />
          </Suspense>
        )
      }
    >
      {rotation.state !== 'off' && (
        <div className={styles.turning} data-testid="wall-turning" data-held={rotation.state === 'held'}>
          <div key={page} style={{ animationDuration: `${rotateSeconds}s` }} />
        </div>
      )}
      {isAlone ? (
        <KioskBar
          title={title}
          pager={pages.length > 1 && <Pager page={page} pages={pages.length} size="xl" onTurn={turn} />}
          rotates={pages.length > 1 ? isRotating : null}
          onToggleRotation={toggleRotation}
          onLeave={fullScreen.toggle}
        />
      ) : (
        pages.length > 1 && (
          <div className={styles.thumbBar}>
            <Pager page={page} pages={pages.length} size="xl" onTurn={turn} />
          </div>
        )
      )}
      {dialog && (
        <Suspense fallback={null}>
          <LayoutDialog
            dialog={dialog}
            wall={wall}
            rotateSeconds={rotateSeconds}
            onSaved={(layout) => {
              queries.setQueryData(layoutsQuery.queryKey, (known = []) => withLayout(known, layout));
              showWall(layout.id);
            }}
            onRemoved={() => {
              showWall(allCameras);
              void renewLayouts();
            }}
            onClose={() => setDialog(null)}
          />
        </Suspense>
      )}
    </WallView>
  );
  if (isAlone) return view;
  return (
    <RecorderPage
      layout="fill"
      title={
        <h1>
          {draft ? 'Arrange' : 'Live'}
          {!draft && current?.title && (
            <Text span c="dimmed" fz="sm" ml={10} visibleFrom="sm">
              {current.title}
            </Text>
          )}
        </h1>
      }
      tools={
        draft ? (
          <Suspense fallback={null}>
            <ArrangeTools
              draft={draft}
              before={draftOf(wall)}
              isCamera={(id) => cameras.some((camera) => camera.id === id)}
              pager={pager}
              onTiles={(tiles) => {
                setDraft({ ...draft, tiles });
                turnTo(0);
              }}
              onSaved={(layout) => {
                queries.setQueryData(layoutsQuery.queryKey, (known = []) => withLayout(known, layout));
                setDraft(null);
                change({ layout: layout.id, tiles: null, page, rotateSeconds: null });
              }}
              onDiscard={() => setDraft(null)}
            />
          </Suspense>
        ) : (
          <WallTools
            choices={wallChoices(cameras, layouts)}
            wallId={wall.id}
            onWall={showWall}
            tiles={wall.tiles}
            onTiles={(tiles) => change({ tiles, page: 0 })}
            rotateSeconds={rotateSeconds}
            onToggleRotation={pages.length > 1 ? toggleRotation : null}
            onArrange={beginArranging}
            onFullScreen={fullScreen.toggle}
            pager={pager && <div className={styles.widePager}>{pager}</div>}
            menu={
              <WallMenu
                tiles={wall.tiles}
                onTiles={(tiles) => change({ tiles, page: 0 })}
                rotateSeconds={rotateSeconds}
                onRotation={setRotation}
                savedName={wall.saved?.name ?? null}
                isChanged={
                  wall.saved !== null && (wall.saved.tiles !== wall.tiles || wall.saved.rotateSeconds !== rotateSeconds)
                }
                onArrange={beginArranging}
                onFullScreen={fullScreen.toggle}
                onSaveChanges={() => void saveChanges()}
                onDialog={setDialog}
                onCopyLink={() => void copyLink()}
              />
            }
          />
        )
      }
    >
      {view}
    </RecorderPage>
  );
}

const withLayout = (known: Layout[], layout: Layout): Layout[] => [
  ...known.filter(({ id }) => id !== layout.id),
  layout,
];

/** Moves the focus from tile to tile, over empty places. */
function walk(arrow: string, grid: Grid, places: number): void {
  const tileIn = (place: number) =>
    document.querySelector<HTMLElement>(`[data-testid=live-grid] [data-place="${place}"] a`);
  const here = document.activeElement?.closest('[data-place]')?.getAttribute('data-place');
  if (here == null) {
    document.querySelector<HTMLElement>('[data-testid=live-grid] a')?.focus();
    return;
  }
  let place = Number(here);
  let next = neighbourOf(place, arrow, grid, places);
  while (next !== place && !tileIn(next)) [place, next] = [next, neighbourOf(next, arrow, grid, places)];
  tileIn(next)?.focus();
}
