import { Autocomplete } from '@mantine/core';
import type { CameraDto } from '@nightjar/contract';

interface GroupInputProps {
  value: string;
  cameras: readonly CameraDto[];
  onChange(group: string): void;
  error: string | undefined;
}

export function GroupInput({ value, cameras, onChange, error }: GroupInputProps) {
  const groups = [...new Set(cameras.flatMap(({ group }) => group ?? []))].sort();
  return (
    <Autocomplete
      label="Group"
      placeholder="Optional"
      miw={200}
      maxLength={100}
      data-testid="camera-group"
      data={groups}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}
