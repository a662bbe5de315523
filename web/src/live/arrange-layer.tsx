import { ActionIcon, Button, Group, Modal, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import type { CameraDto } from '@nightjar/contract';
import { IconArrowsMove, IconPlus, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import styles from './arrange.module.css';
import { type Places, placeName, swapped, withCamera } from './arranging.ts';
import { CameraPicker } from './camera-picker.tsx';
import { type Draft, isChanged } from './draft.ts';
import { neighbourOf, wholeGrid } from './grid.ts';
import { useArrangeGestures } from './use-arrange-gestures.ts';

interface ArrangeLayerProps {
  cameras: readonly CameraDto[];
  draft: Draft;
  before: Draft;
  page: number;
  pages: number;
  onChange(places: Places): void;
  onTurn(step: number): void;
  onLeave(): void;
}

/** Lies over the tiles while they are arranged: what is dropped on, or picked and put, changes places. */
export function ArrangeLayer({ cameras, draft, before, page, pages, onChange, onTurn, onLeave }: ArrangeLayerProps) {
  const { tiles, places } = draft;
  const layer = useRef<HTMLDivElement>(null);
  const [picked, setPicked] = useState<number | null>(null);
  const [adding, setAdding] = useState<number | null>(null);
  const [leaving, setLeaving] = useState(false);
  const [said, setSaid] = useState('');
  const nameIn = (place: number) => cameras.find(({ id }) => id === places[place])?.name;
  const called = (place: number) => placeName(place, tiles, pages);

  const put = (from: number, to: number) => {
    setPicked(null);
    if (from === to) return setSaid(`${nameIn(from)} stays.`);
    onChange(swapped(places, from, to));
    const other = nameIn(to);
    setSaid(`${nameIn(from)} is in ${called(to)}${other ? `, ${other} in ${called(from)}` : ''}.`);
  };
  const { drag, wasDrag, handlers } = useArrangeGestures({
    layer,
    isFilled: (place) => nameIn(place) !== undefined,
    onDrop: put,
    onTurn,
  });

  useEffect(() => {
    layer.current?.querySelector<HTMLElement>('[data-cell]')?.focus({ preventScroll: true });
  }, []);
  useDraggedTile(layer, drag && Math.floor(drag.from / tiles) === page ? { ...drag, from: drag.from % tiles } : null);

  const onPlace = (place: number) => {
    if (wasDrag()) return;
    if (picked !== null) return put(picked, place);
    if (nameIn(place) === undefined) return setAdding(place);
    setPicked(place);
    setSaid(`${nameIn(place)} is picked up from ${called(place)}. Choose a place for it; Escape puts it back.`);
  };
  const remove = (place: number) => {
    if (nameIn(place) === undefined) return;
    setPicked(null);
    setSaid(`${nameIn(place)} is off the wall, ${called(place)} is empty.`);
    onChange(withCamera(places, place, null));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, cell: number) => {
    if (event.key === 'Delete' || event.key === 'Backspace') return remove(page * tiles + cell);
    if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
    const next = neighbourOf(cell, event.key, wholeGrid(tiles), tiles);
    layer.current?.querySelectorAll<HTMLElement>('[data-cell]')[next]?.focus();
  };
  const isFree = () => adding === null && !leaving && !document.querySelector('[role=dialog]');
  const goBack = () => {
    if (!isFree()) return;
    if (picked !== null) {
      setSaid(`${nameIn(picked)} stays in ${called(picked)}.`);
      setPicked(null);
    } else if (isChanged(draft, before)) setLeaving(true);
    else onLeave();
  };
  const turnBy = (step: number) => () => isFree() && onTurn(step);
  useHotkeys([
    ['Escape', goBack],
    ['[', turnBy(-1)],
    [']', turnBy(1)],
    ['PageUp', turnBy(-1)],
    ['PageDown', turnBy(1)],
  ]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the places in it are buttons, which do the same
    <div
      ref={layer}
      className={styles.layer}
      data-keys="own"
      data-carrying={picked !== null || drag !== null}
      data-testid="arrange-layer"
      onContextMenu={(event) => event.preventDefault()}
      {...handlers}
    >
      {Array.from({ length: tiles }, (_, cell) => cell).map((cell) => {
        const place = page * tiles + cell;
        const name = nameIn(place);
        return (
          <div
            key={cell}
            className={styles.cell}
            data-picked={picked === place || drag?.from === place}
            data-target={drag !== null && drag.over === place && drag.from !== place}
          >
            <button
              type="button"
              className={styles.place}
              data-cell={place}
              data-testid={`place-${place + 1}`}
              aria-pressed={picked === place}
              aria-label={labelOf(called(place), name, picked === null ? undefined : nameIn(picked))}
              onClick={() => onPlace(place)}
              onKeyDown={(event) => onKeyDown(event, cell)}
            >
              {name === undefined ? (
                <span className={styles.add}>
                  {picked === null && <IconPlus size={20} aria-hidden="true" />}
                  {picked === null ? 'Add camera' : 'Put it here'}
                </span>
              ) : (
                <IconArrowsMove className={styles.handle} size={18} aria-hidden="true" />
              )}
            </button>
            {name !== undefined && (
              <ActionIcon
                className={styles.remove}
                variant="filled"
                color="dark"
                size={28}
                aria-label={`Take ${name} off the wall`}
                onClick={() => remove(place)}
              >
                <IconX size={16} />
              </ActionIcon>
            )}
          </div>
        );
      })}
      {drag && Math.floor(drag.from / tiles) !== page && (
        <div className={styles.ghost} style={{ left: drag.x, top: drag.y }}>
          {nameIn(drag.from)}
        </div>
      )}
      <div className="unseen" role="status" aria-live="assertive">
        {said}
      </div>
      {adding !== null && (
        <CameraPicker
          cameras={cameras}
          places={places}
          title={`Camera for ${called(adding)}`}
          onPick={(camera) => {
            onChange(withCamera(places, adding, camera.id));
            setSaid(`${camera.name} is in ${called(adding)}.`);
            setAdding(null);
          }}
          onClose={() => setAdding(null)}
        />
      )}
      <Modal opened={leaving} onClose={() => setLeaving(false)} title="Discard what you arranged?">
        <Text size="sm">Nothing of it is saved yet.</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setLeaving(false)} data-autofocus>
            Go on arranging
          </Button>
          <Button color="red" onClick={onLeave}>
            Discard
          </Button>
        </Group>
      </Modal>
    </div>
  );
}

function labelOf(place: string, name: string | undefined, carried: string | undefined): string {
  const what = `${place[0]?.toUpperCase()}${place.slice(1)}: ${name ?? 'empty'}.`;
  if (carried === undefined) return name === undefined ? `${what} Add a camera.` : `${what} Pick it up.`;
  return name === undefined || name === carried
    ? `${what} Put ${carried} here.`
    : `${what} Put ${carried} here, they change places.`;
}

/** Lets the tile itself follow the pointer. */
function useDraggedTile(
  layer: { current: HTMLElement | null },
  drag: { from: number; movedX: number; movedY: number } | null,
): void {
  const { from = null, movedX = 0, movedY = 0 } = drag ?? {};
  useEffect(() => {
    const tile = layer.current?.parentElement?.querySelector<HTMLElement>(`:scope > [data-place="${from}"]`);
    if (from === null || !tile) return;
    tile.style.translate = `${movedX}px ${movedY}px`;
    tile.dataset.dragged = 'true';
    return () => {
      tile.style.translate = '';
      delete tile.dataset.dragged;
    };
  }, [layer, from, movedX, movedY]);
}
