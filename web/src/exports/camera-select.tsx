import { Button, MultiSelect } from '@mantine/core';
import styles from './exports.module.css';

interface CameraSelectProps {
  cameras: ReadonlyArray<{ id: string; name: string }>;
  chosen: string[];
  onChange(ids: string[]): void;
}

export function CameraSelect({ cameras, chosen, onChange }: CameraSelectProps) {
  return (
    <div className={styles.cameras}>
      <MultiSelect
        label={chosen.length > 1 ? `Cameras: ${chosen.length}, a file each` : 'Camera'}
        data={cameras.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen}
        onChange={onChange}
        searchable
        hidePickedOptions
        maxDropdownHeight={220}
        error={chosen.length === 0 ? 'At least one' : null}
        data-testid="export-cameras"
      />
      {chosen.length < cameras.length && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          className={styles.all ?? ''}
          onClick={() => onChange(cameras.map(({ id }) => id))}
          data-testid="export-all-cameras"
        >
          All {cameras.length}
        </Button>
      )}
    </div>
  );
}
