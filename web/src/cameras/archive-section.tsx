import { Alert, Anchor, Checkbox, Collapse, SegmentedControl, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import type { Archive, ArchiveFormat } from '@nightjar/contract';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from 'wouter';
import { FormSection } from './form-section.tsx';
import { defaultArchive, type SettingsForm } from './settings-form.ts';

const formats: Record<ArchiveFormat, { label: string; note: string }> = {
  mp4: { label: 'MP4', note: 'Plays everywhere.' },
  ts: { label: 'MPEG-TS', note: 'Can be cut and joined at any place.' },
  mkv: { label: 'Matroska', note: 'Plays in most players; holds any codec.' },
};

interface ArchiveSectionProps {
  form: SettingsForm;
  onChange(change: Partial<SettingsForm>): void;
}

/** Files made of each day that is over. */
export function ArchiveSection({ form: { archive }, onChange }: ArchiveSectionProps) {
  const change = (part: Partial<Archive>) => onChange({ archive: { ...defaultArchive, ...archive, ...part } });
  return (
    <FormSection
      title="Archive"
      note="One file of each day, or of each hour, made once the day is over: the same pictures, not encoded again."
    >
      <Switch
        label="Make files of each day"
        data-testid="archive-switch"
        checked={archive !== null}
        onChange={(event) => onChange({ archive: event.currentTarget.checked ? defaultArchive : null })}
      />
      <Collapse expanded={archive !== null}>
        {archive && (
          <Stack>
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <Choice
                label="Format"
                note={formats[archive.format].note}
                value={archive.format}
                options={Object.entries(formats).map(([value, { label }]) => ({ value, label }))}
                onChange={(format) => change({ format: format as ArchiveFormat })}
              />
              <Choice
                label="A file for"
                note={
                  archive.per === 'day' ? 'One large file a day.' : '24 files a day, fewer where nothing is recorded.'
                }
                value={archive.per}
                options={[
                  { value: 'day', label: 'Each day' },
                  { value: 'hour', label: 'Each hour' },
                ]}
                onChange={(per) => change({ per: per as Archive['per'] })}
              />
            </SimpleGrid>
            <Checkbox
              label="Remove the recording of the day afterwards"
              description="Once its files were read back and found whole."
              data-testid="archive-remove"
              checked={archive.removeSegments}
              onChange={(event) => change({ removeSegments: event.currentTarget.checked })}
            />
            {archive.removeSegments && (
              <Alert
                color="red"
                variant="light"
                icon={<IconAlertTriangle />}
                title="Days that are over leave the review"
              >
                Only their files are left. They play in any player, but the timeline, snapshots and playback of Nightjar
                no longer have those days. Locked and bookmarked footage stays.
              </Alert>
            )}
            <Text size="sm" c="dimmed">
              <Anchor component={Link} href="/system/archives" size="sm">
                Files made so far
              </Anchor>
            </Text>
          </Stack>
        )}
      </Collapse>
    </FormSection>
  );
}

interface ChoiceProps {
  label: string;
  note: string;
  value: string;
  options: Array<{ value: string; label: string }>;
  onChange(value: string): void;
}

function Choice({ label, note, value, options, onChange }: ChoiceProps) {
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <SegmentedControl aria-label={label} data={options} value={value} onChange={onChange} fullWidth />
      <Text size="xs" c="dimmed">
        {note}
      </Text>
    </Stack>
  );
}
