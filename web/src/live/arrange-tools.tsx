import { Button, SegmentedControl, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Layout, TileCount } from '@nightjar/contract';
import { type ReactNode, useState } from 'react';
import { createLayout, updateLayout } from '../api/mutations.ts';
import styles from './arrange.module.css';
import { type Draft, isChanged } from './draft.ts';
import { tileCounts } from './grid.ts';
import { NameDialog } from './name-dialog.tsx';

interface ArrangeToolsProps {
  draft: Draft;
  before: Draft;
  /** Of the cameras that there are: others may have been deleted meanwhile. */
  isCamera(id: string): boolean;
  pager: ReactNode;
  onTiles(tiles: TileCount): void;
  onSaved(layout: Layout): void;
  onDiscard(): void;
}

export function ArrangeTools({ draft, before, isCamera, pager, onTiles, onSaved, onDiscard }: ArrangeToolsProps) {
  const [naming, setNaming] = useState(false);
  const [busy, setBusy] = useState(false);
  const { layout, tiles } = draft;
  const cameraIds = draft.places.map((id) => (id !== null && isCamera(id) ? id : null));

  const save = async (layout: Layout) => {
    setBusy(true);
    try {
      onSaved(await updateLayout(layout.id, { tiles, cameraIds }));
    } catch (error) {
      setBusy(false);
      notifications.show({ color: 'red', message: `Not saved: ${(error as Error).message}` });
    }
  };
  const saveAs = async (name: string) => {
    const rotateSeconds = layout?.rotateSeconds ?? null;
    onSaved(await createLayout({ name, tiles, shows: 'cameras', cameraIds, rotateSeconds }));
  };

  return (
    <>
      <Text size="sm" c="dimmed" className={styles.hint}>
        Drag cameras to their places, or pick one and then its place
      </Text>
      <span className={styles.widePager}>{pager}</span>
      <SegmentedControl
        aria-label="Pictures at once"
        data-testid="arrange-tiles"
        size="xs"
        visibleFrom="md"
        data={tileCounts.map((count) => ({ value: String(count), label: String(count) }))}
        value={String(tiles)}
        onChange={(value) => onTiles(Number(value) as TileCount)}
      />
      <Button size="xs" className={styles.tool} variant="default" onClick={onDiscard} data-testid="arrange-discard">
        {isChanged(draft, before) ? 'Discard' : 'Close'}
      </Button>
      <Button
        size="xs"
        className={styles.tool}
        variant={layout ? 'default' : 'filled'}
        onClick={() => setNaming(true)}
        data-testid="arrange-save-as"
      >
        Save as…
      </Button>
      {layout && (
        <Button
          size="xs"
          className={styles.tool}
          loading={busy}
          disabled={!isChanged(draft, before)}
          onClick={() => void save(layout)}
          data-testid="arrange-save"
        >
          Save
        </Button>
      )}
      {naming && (
        <NameDialog
          title="Save as a layout"
          initial={layout ? `${layout.name} 2` : ''}
          note="Everybody who uses this recorder can choose it."
          onSave={saveAs}
          onClose={() => setNaming(false)}
        />
      )}
    </>
  );
}
