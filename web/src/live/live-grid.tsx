import { Button, Text } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { CameraDto, Layout } from '@nightjar/contract';
import { IconLayoutGrid } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useLocation } from 'wouter';
import { RecorderPage } from '../cameras/recorder-page.tsx';
import { Message } from '../ui/message.tsx';
import { type Draft, draftOf, pagesOfDraft } from './draft.ts';
import { KioskBar } from './kiosk-bar.tsx';
import styles from './live.module.css';
import { Pager } from './pager.tsx';
import { useFullScreen } from './use-kiosk.ts';
import { useRotation } from './use-rotation.ts';
import { useWall } from './use-wall.ts';
import { useWallKeys } from './use-wall-keys.ts';
import { walk } from './walk.ts';
import { elsewhere, wallChoices } from './wall.ts';
import { WallMenu } from './wall-menu.tsx';
import { WallTools } from './wall-tools.tsx';
import { WallView } from './wall-view.tsx';

// What the first page does not need comes after it.
const arrange = () => import('./arrange.tsx');
const ArrangeLayer = lazy(() => arrange().then(({ ArrangeLayer }) => ({ default: ArrangeLayer })));
const ArrangeTools = lazy(() => arrange().then(({ ArrangeTools }) => ({ default: ArrangeTools })));
const LayoutDialog = lazy(() => import('./layout-dialog.tsx').then(({ LayoutDialog }) => ({ default: LayoutDialog })));

/** More pictures than these are not connected before they are shown. */
const mostAhead = 9;

interface LiveGridProps {
  cameras: CameraDto[];
  layouts: Layout[];
  /** Why saved layouts could not be read; null: they could. */
  problem: string | null;
  onRetry(): void;
}

/** The wall: pictures of cameras, page by page. */
export function LiveGrid({ cameras, layouts, problem, onRetry }: LiveGridProps) {
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [dialog, setDialog] = useState<'save' | 'rename' | 'remove' | 'keys' | null>(null);
  const shown = useWall(cameras, layouts);
  const { wall, rotateSeconds, setTiles, setPage, toggleRotation } = shown;
  const fullScreen = useFullScreen(shown.kiosk, shown.setKiosk);

  const pages = draft ? pagesOfDraft(draft, cameras) : wall.pages;
  const tiles = draft?.tiles ?? wall.tiles;
  const page = Math.min(shown.wantedPage, pages.length - 1);
  const current = pages[page];
  const turn = (step: number) => setPage((page + step + pages.length) % pages.length);
  const turnsPages = rotateSeconds !== null && pages.length > 1;
  const rotation = useRotation({
    everySeconds: turnsPages && !draft && dialog === null ? rotateSeconds : null,
    page,
    onTurn: () => turn(1),
  });
  const isAlone = shown.kiosk && !draft;
  const title = [...new Set([wall.name, current?.title ?? wall.name])].join(' · ');
  useDocumentTitle(`${title} · Nightjar`);

  const beginArranging = () => setDraft(draftOf(wall));
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
      leave: () => shown.kiosk && fullScreen.toggle(),
    },
    draft === null,
  );

  const pager = (size: 'md' | 'xl', rest = 0): ReactNode =>
    pages.length > 1 && <Pager page={page} pages={pages.length} elsewhere={rest} size={size} onTurn={turn} />;
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
              before={draftOf(wall)}
              page={page}
              pages={pages.length}
              onChange={(places) => setDraft({ ...draft, places })}
              onTurn={turn}
              onLeave={() => setDraft(null)}
            />
          </Suspense>
        )
      }
    >
      {current?.places.length === 0 && <NothingHere onArrange={beginArranging} />}
      {!draft && <Notice unknownId={shown.unknownId} problem={problem} onRetry={onRetry} />}
      {rotation.state !== 'off' && (
        <div className={styles.turning} data-testid="wall-turning" data-held={rotation.state === 'held'}>
          <div key={page} style={{ animationDuration: `${rotateSeconds}s` }} />
        </div>
      )}
      {isAlone ? (
        <KioskBar
          title={title}
          pager={pager('xl')}
          rotates={pages.length > 1 ? turnsPages : null}
          onToggleRotation={toggleRotation}
          onLeave={fullScreen.toggle}
        />
      ) : (
        pages.length > 1 && <div className={styles.thumbBar}>{pager('xl')}</div>
      )}
      {dialog && (
        <Suspense fallback={null}>
          <LayoutDialog
            dialog={dialog}
            wall={wall}
            rotateSeconds={rotateSeconds}
            onSaved={shown.showSaved}
            onRemoved={shown.showOther}
            onClose={() => setDialog(null)}
          />
        </Suspense>
      )}
    </WallView>
  );

  const arrangeTools = draft && (
    <Suspense fallback={null}>
      <ArrangeTools
        draft={draft}
        before={draftOf(wall)}
        isCamera={(id) => cameras.some((camera) => camera.id === id)}
        pager={pager('md')}
        onTiles={(tiles) => {
          setDraft({ ...draft, tiles });
          setPage(0);
        }}
        onSaved={(layout) => {
          setDraft(null);
          shown.showSaved(layout, page);
        }}
        onDiscard={() => setDraft(null)}
      />
    </Suspense>
  );
  const tools = (
    <WallTools
      choices={wallChoices(cameras, layouts)}
      wallId={wall.id}
      onWall={shown.show}
      tiles={tiles}
      onTiles={setTiles}
      rotateSeconds={rotateSeconds}
      onToggleRotation={pages.length > 1 ? toggleRotation : null}
      onArrange={beginArranging}
      onFullScreen={fullScreen.toggle}
      pager={<div className={styles.widePager}>{pager('md', elsewhere(wall, page))}</div>}
      menu={
        <WallMenu
          tiles={tiles}
          onTiles={setTiles}
          rotateSeconds={rotateSeconds}
          onRotation={shown.setRotation}
          savedName={wall.saved?.name ?? null}
          isChanged={shown.isChanged}
          onArrange={beginArranging}
          onFullScreen={fullScreen.toggle}
          onSaveChanges={() => void shown.saveChanges()}
          onDialog={setDialog}
          onCopyLink={() => void shown.copyLink()}
        />
      }
    />
  );
  return (
    <RecorderPage
      layout="fill"
      bare={isAlone}
      title={<Title arranging={draft !== null} part={current?.title} />}
      tools={arrangeTools ?? tools}
    >
      {view}
    </RecorderPage>
  );
}

function Title({ arranging, part }: { arranging: boolean; part: string | null | undefined }) {
  return (
    <h1>
      {arranging ? <span className={styles.wideTitle}>Arrange</span> : 'Live'}
      {part && (
        <Text span c="dimmed" fz="sm" ml={10} visibleFrom="sm">
          {part}
        </Text>
      )}
    </h1>
  );
}

function NothingHere({ onArrange }: { onArrange(): void }) {
  return (
    <Message
      icon={<IconLayoutGrid size={26} />}
      title="No camera is on this wall"
      actions={
        <Button variant="default" onClick={onArrange}>
          Arrange cameras
        </Button>
      }
    >
      Those that were on it may have been deleted.
    </Message>
  );
}

interface NoticeProps extends Pick<LiveGridProps, 'problem' | 'onRetry'> {
  unknownId: string | null;
}

/** Why all cameras are shown, and not what the address says. */
function Notice({ unknownId, problem, onRetry }: NoticeProps) {
  if (problem !== null) {
    return (
      <div className={styles.notice} role="status">
        The saved layouts could not be read: {problem}
        <Button variant="default" size="compact-xs" onClick={onRetry}>
          Try again
        </Button>
      </div>
    );
  }
  if (unknownId === null) return null;
  return (
    <div className={styles.notice} role="status">
      There is no layout or group “{unknownId.replace(/^group:/, '')}” any more: all cameras are shown.
    </div>
  );
}
