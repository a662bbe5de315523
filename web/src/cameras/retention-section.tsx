import { Checkbox, Group, NumberInput, Stack, Text } from '@mantine/core';
import type { StorageForecast } from '@nightjar/contract';
import { useQuery } from '@tanstack/react-query';
import { storageQuery } from '../api/queries.ts';
import { formatDays } from '../time/format.ts';
import { FormSection } from './form-section.tsx';
import { RetentionPreview } from './retention-preview.tsx';
import type { SettingsForm } from './settings-form.ts';
import type { WouldDelete } from './use-would-delete.ts';

const gigabyte = 1e9;

interface RetentionSectionProps {
  wouldDelete: WouldDelete;
  form: SettingsForm;
  onChange(change: Partial<SettingsForm>): void;
  errors: Record<string, string>;
}

/** How long its footage is kept. */
export function RetentionSection({ wouldDelete, form, onChange, errors }: RetentionSectionProps) {
  const { maxAgeDays, maxSizeBytes } = form;
  const { data: storage } = useQuery(storageQuery);
  const unlimited = maxAgeDays === null && maxSizeBytes === null;
  return (
    <FormSection title="How long it is kept" note="Locked and bookmarked footage is never deleted by a rule.">
      <Stack gap="xs">
        <Limit
          label="Delete what is older than"
          unit="days"
          testId="max-age"
          value={maxAgeDays}
          initial={30}
          min={0.04}
          max={36_500}
          error={errors['retention.maxAgeDays']}
          onChange={(days) => onChange({ maxAgeDays: days })}
        />
        <Limit
          label="Delete the oldest beyond"
          unit="GB"
          testId="max-size"
          value={maxSizeBytes === null ? null : maxSizeBytes / gigabyte}
          initial={100}
          min={0.001}
          max={1_000_000}
          error={errors['retention.maxSizeBytes']}
          onChange={(size) => onChange({ maxSizeBytes: size === null ? null : Math.round(size * gigabyte) })}
        />
        <Text size="sm" c="dimmed" data-testid="retention-note">
          {unlimited
            ? 'Without a limit, footage is kept until the disks need the space, the oldest of all cameras first'
            : 'When the disks need the space earlier, the oldest of all cameras goes first'}
          {storage && `; ${spaceText(storage.forecast)}`}.
        </Text>
      </Stack>
      <RetentionPreview wouldDelete={wouldDelete} />
    </FormSection>
  );
}

function spaceText({ keepsDays, fullInDays }: StorageForecast): string {
  if (keepsDays === null) return 'how far back that reaches is known after some hours of recording';
  const reach = `about ${formatDays(keepsDays)}`;
  if (fullInDays === null) return 'with the limits that are set, they never do';
  return fullInDays <= 0
    ? `at present it goes back ${reach}`
    : `once they are full, in ${formatDays(fullInDays)}, it goes back ${reach}`;
}

interface LimitProps {
  label: string;
  unit: string;
  testId: string;
  /** null: no limit. */
  value: number | null;
  initial: number;
  min: number;
  max: number;
  error: string | undefined;
  onChange(value: number | null): void;
}

function Limit({ label, unit, testId, value, initial, min, max, error, onChange }: LimitProps) {
  return (
    <Group gap="sm" align="center" mih={36}>
      <Checkbox
        label={label}
        data-testid={`${testId}-switch`}
        checked={value !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? initial : null)}
      />
      {value !== null && (
        <NumberInput
          aria-label={`${label}, ${unit}`}
          suffix={` ${unit}`}
          w={132}
          min={min}
          max={max}
          clampBehavior="blur"
          decimalScale={3}
          data-testid={testId}
          value={value}
          onChange={(typed) => typeof typed === 'number' && typed > 0 && onChange(typed)}
          error={error}
        />
      )}
    </Group>
  );
}
