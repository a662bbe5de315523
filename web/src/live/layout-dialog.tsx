import type { Layout } from '@nightjar/contract';
import { createLayout, removeLayout, updateLayout } from '../api/mutations.ts';
import { NameDialog } from './name-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { settingsOf, type Wall } from './wall.ts';
import { WallKeysDialog } from './wall-keys-dialog.tsx';

interface LayoutDialogProps {
  dialog: 'save' | 'rename' | 'remove' | 'keys';
  wall: Wall;
  rotateSeconds: number | null;
  onSaved(layout: Layout): void;
  onRemoved(): void;
  onClose(): void;
}

/** What the menu of the wall opens. */
export function LayoutDialog({ dialog, wall, rotateSeconds, onSaved, onRemoved, onClose }: LayoutDialogProps) {
  const { saved, tiles } = wall;
  if (dialog === 'save') {
    const shown = settingsOf(wall);
    return (
      <NameDialog
        title="Save as a layout"
        initial={saved ? `${saved.name} 2` : ''}
        note={
          shown.shows === 'cameras'
            ? 'With its cameras in their places.'
            : 'It follows the cameras there are: new ones are on it by themselves.'
        }
        onSave={async (name) => onSaved(await createLayout({ name, tiles, rotateSeconds, ...shown }))}
        onClose={onClose}
      />
    );
  }
  if (dialog === 'rename' && saved) {
    return (
      <NameDialog
        title="Rename the layout"
        initial={saved.name}
        note="Links to it go on working."
        onSave={async (name) => onSaved(await updateLayout(saved.id, { name }))}
        onClose={onClose}
      />
    );
  }
  if (dialog === 'remove' && saved) {
    const remove = async () => {
      await removeLayout(saved.id);
      onRemoved();
    };
    return <RemoveDialog name={saved.name} onRemove={remove} onClose={onClose} />;
  }
  return <WallKeysDialog onClose={onClose} />;
}
