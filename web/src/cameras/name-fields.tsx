import { Group, TextInput } from '@mantine/core';
import type { CameraDto } from '@nightjar/contract';
import { GroupInput } from './group-input.tsx';
import type { SettingsForm } from './settings-form.ts';

interface NameFieldsProps {
  form: SettingsForm;
  cameras: readonly CameraDto[];
  onChange(change: Partial<SettingsForm>): void;
  errors: Record<string, string>;
}

/** What people call the camera, and which cameras it is shown with. */
export function NameFields({ form, cameras, onChange, errors }: NameFieldsProps) {
  return (
    <Group grow align="start" preventGrowOverflow={false}>
      <TextInput
        label="Name"
        placeholder="Front door"
        miw={200}
        maxLength={100}
        data-testid="camera-name"
        value={form.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        error={errors.name}
      />
      <GroupInput value={form.group} cameras={cameras} onChange={(group) => onChange({ group })} error={errors.group} />
    </Group>
  );
}
