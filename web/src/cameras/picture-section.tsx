import { Switch } from '@mantine/core';
import { FormSection } from './form-section.tsx';
import type { SettingsForm } from './settings-form.ts';
import { VideoFields } from './video-fields.tsx';

interface PictureSectionProps {
  form: SettingsForm;
  onChange(change: Partial<SettingsForm>): void;
  errors: Record<string, string>;
}

/** What is recorded. */
export function PictureSection(props: PictureSectionProps) {
  const { form, onChange } = props;
  return (
    <FormSection title="Picture and sound">
      <VideoFields {...props} />
      <Switch
        label="Record sound"
        data-testid="sound-switch"
        checked={form.sound}
        onChange={(event) => onChange({ sound: event.currentTarget.checked })}
      />
    </FormSection>
  );
}
