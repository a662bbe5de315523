import { Button, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import type { CameraDto, RecordingMode } from '@nightjar/contract';
import { IconCopy } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useNow, useTimeZone } from '../api/context.tsx';
import { OverrideMenu } from '../schedule/override-menu.tsx';
import { untilText } from '../schedule/until.ts';
import { wantedAt } from '../schedule/wanted.ts';
import { FormSection } from './form-section.tsx';
import type { SettingsForm } from './settings-form.ts';

// The week grid and its calendar come when a schedule is edited.
const ScheduleEditor = lazy(() => import('../schedule/schedule-editor.tsx'));
const CopyDialog = lazy(() => import('../schedule/copy-dialog.tsx'));

const modes: ReadonlyArray<{ value: RecordingMode; label: string; note: string }> = [
  { value: 'continuous', label: 'Always', note: 'Recorded around the clock.' },
  { value: 'scheduled', label: 'By schedule', note: 'Recorded at the times below. The live picture goes on.' },
  { value: 'off', label: 'Off', note: 'Nothing is recorded. The live picture goes on.' },
];

interface RecordingSectionProps {
  camera: CameraDto;
  cameras: readonly CameraDto[];
  form: SettingsForm;
  onChange(change: Partial<SettingsForm>): void;
}

/** When it is recorded. */
export function RecordingSection({ camera, cameras, form, onChange }: RecordingSectionProps) {
  const [copying, setCopying] = useState(false);
  const saved =
    JSON.stringify([form.mode, form.schedule]) === JSON.stringify([camera.recording.mode, camera.recording.schedule]);
  return (
    <FormSection
      title="Recording"
      note={<Now camera={camera} />}
      aside={<OverrideMenu camera={camera} modes="without-modes" />}
    >
      <Stack gap="xs">
        <SegmentedControl
          aria-label="Record"
          data={modes.map(({ value, label }) => ({ value, label }))}
          value={form.mode}
          onChange={(mode) => onChange({ mode: mode as RecordingMode })}
          data-testid="recording-mode"
          style={{ alignSelf: 'start' }}
        />
        <Text size="sm" c="dimmed">
          {modes.find(({ value }) => value === form.mode)?.note}
        </Text>
      </Stack>
      {form.mode === 'scheduled' && (
        <Suspense fallback={<Skeleton h={640} />}>
          <ScheduleEditor schedule={form.schedule} onChange={(schedule) => onChange({ schedule })} />
        </Suspense>
      )}
      {cameras.length > 1 && (
        <Group gap="sm">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconCopy size={14} />}
            disabled={!saved}
            data-testid="copy-to-cameras"
            onClick={() => setCopying(true)}
          >
            Copy to other cameras …
          </Button>
          {!saved && (
            <Text size="xs" c="dimmed">
              What is saved is copied: save first.
            </Text>
          )}
        </Group>
      )}
      {copying && (
        <Suspense fallback={null}>
          <CopyDialog camera={camera} cameras={cameras} onClose={() => setCopying(false)} />
        </Suspense>
      )}
    </FormSection>
  );
}

/** What holds at the moment, as it is saved. */
function Now({ camera }: { camera: CameraDto }) {
  const timeZone = useTimeZone();
  const nowMs = useNow(1_000);
  const { record, by, untilMs } = wantedAt(camera.recording, nowMs, timeZone);
  const until = untilMs === null ? '' : ` until ${untilText(untilMs, nowMs, timeZone)}`;
  if (by === 'mode') return record ? 'Recorded now.' : 'Not recorded now.';
  const why = by === 'override' ? 'by hand' : 'by its schedule';
  if (record) return `Recorded now, ${why}${until}.`;
  return by === 'override' ? `Paused ${why}${until}.` : `Not recorded now, ${why}${until}.`;
}
