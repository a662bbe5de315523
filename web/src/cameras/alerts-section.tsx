import { NativeSelect } from '@mantine/core';
import { formatDuration } from '../time/format.ts';
import { FormSection } from './form-section.tsx';
import type { SettingsForm } from './settings-form.ts';

const usualSeconds = [10, 30, 60, 120, 300, 900, 3_600];

interface AlertsSectionProps {
  form: SettingsForm;
  onChange(change: Partial<SettingsForm>): void;
}

/** When its failing is worth a word. */
export function AlertsSection({ form: { downAfterSeconds }, onChange }: AlertsSectionProps) {
  const choices = [...new Set([...usualSeconds, downAfterSeconds])]
    .filter((seconds) => seconds > 0)
    .sort((a, b) => a - b);
  return (
    <FormSection
      title="Alerts"
      note="In the recorder’s event log and its daily report, and for what listens to its metrics."
    >
      <NativeSelect
        label="When the camera should stream and does not"
        maw={380}
        data-testid="alert-after"
        data={[
          ...choices.map((seconds) => ({ value: String(seconds), label: `after ${formatDuration(seconds * 1000)}` })),
          { value: '0', label: 'never' },
        ]}
        value={String(downAfterSeconds)}
        onChange={(event) => onChange({ downAfterSeconds: Number(event.currentTarget.value) })}
      />
    </FormSection>
  );
}
