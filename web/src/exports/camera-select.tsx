import { Button, Group, MultiSelect } from '@mantine/core';

interface CameraSelectProps {
  cameras: ReadonlyArray<{ id: string; name: string }>;
  chosen: string[];
  onChange(ids: string[]): void;
}

export function CameraSelect({ cameras, chosen, onChange }: CameraSelectProps) {
  const all = cameras.map(({ id }) => id);
  return (
    <MultiSelect
      label={
        <Group gap="xs" component="span">
          {chosen.length > 1 ? `Cameras: ${chosen.length}, a file each` : 'Camera'}
          {cameras.length > 1 && chosen.length < cameras.length && (
            <Button variant="subtle" color="gray" size="compact-xs" onClick={() => onChange(all)}>
              All {cameras.length}
            </Button>
          )}
        </Group>
      }
      data={cameras.map(({ id, name }) => ({ value: id, label: name }))}
      value={chosen}
      onChange={onChange}
      searchable
      hidePickedOptions
      maxDropdownHeight={220}
      error={chosen.length === 0 ? 'At least one' : null}
      data-testid="export-cameras"
    />
  );
}
