import { Button, type ButtonProps, Menu, Text } from '@mantine/core';
import type { CameraDto } from '@nightjar/contract';
import {
  IconCalendarTime,
  IconChevronDown,
  IconPlayerPause,
  IconPlayerPauseFilled,
  IconPlayerPlay,
  IconPlayerRecord,
  IconPlayerRecordFilled,
  IconPlayerStop,
  IconPower,
} from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useNow, useTimeZone } from '../api/context.tsx';
import { untilChoices, untilText } from './until.ts';
import { useRecordingChange } from './use-recording-change.ts';
import { wantedAt } from './wanted.ts';

// With its calendar it comes only when it is asked for.
const UntilDialog = lazy(() => import('./until-dialog.tsx'));

interface OverrideMenuProps extends Pick<ButtonProps, 'size' | 'variant' | 'color' | 'c' | 'classNames'> {
  camera: CameraDto;
  /** Where the mode is set beside it, the menu leaves it alone. */
  modes?: 'with-modes' | 'without-modes';
}

/** Records or pauses a camera until a time, whatever mode and schedule say; while it does, ends that. */
export function OverrideMenu({ camera, modes = 'with-modes', ...look }: OverrideMenuProps) {
  const timeZone = useTimeZone();
  const nowMs = useNow(1_000);
  const [asking, setAsking] = useState(false);
  const { pending, override, endOverride, setMode } = useRecordingChange(camera);
  const wanted = wantedAt(camera.recording, nowMs, timeZone);
  const record = !wanted.record;
  const button = { size: 'xs', variant: 'default', ...look, loading: pending } as const;

  if (wanted.by === 'override') {
    const what = wanted.record ? 'recording' : 'pause';
    return (
      <Button
        {...button}
        leftSection={wanted.record ? <IconPlayerStop size={16} /> : <IconPlayerPlay size={16} />}
        aria-label={`End the ${what} of ${camera.name} now`}
        data-testid={`end-override-${camera.id}`}
        onClick={endOverride}
      >
        End now
      </Button>
    );
  }
  const [word, Icon] = record ? (['Record', IconPlayerRecord] as const) : (['Pause', IconPlayerPause] as const);
  return (
    <>
      <Menu position="bottom-end" withinPortal width={300}>
        <Menu.Target>
          <Button
            {...button}
            leftSection={<Icon size={16} />}
            rightSection={<IconChevronDown size={14} />}
            aria-label={`${word} ${camera.name} until …`}
            data-testid={`override-${camera.id}`}
          >
            {word}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{record ? 'Record now' : 'Pause the recording'}</Menu.Label>
          {untilChoices(nowMs, timeZone).map(({ id, label, untilMs }) => (
            <Menu.Item
              key={id}
              leftSection={record ? <IconPlayerRecordFilled size={14} /> : <IconPlayerPauseFilled size={14} />}
              rightSection={
                <Text size="xs" c="dimmed" className="tabular">
                  until {untilText(untilMs, nowMs, timeZone)}
                </Text>
              }
              data-testid={`override-${id}`}
              onClick={() => override(record, untilMs)}
            >
              {label}
            </Menu.Item>
          ))}
          <Menu.Item
            leftSection={<IconCalendarTime size={14} />}
            data-testid="override-custom"
            onClick={() => setAsking(true)}
          >
            Until another time …
          </Menu.Item>
          {modes === 'with-modes' && <ModeItems camera={camera} setMode={setMode} />}
        </Menu.Dropdown>
      </Menu>
      {asking && (
        <Suspense fallback={null}>
          <UntilDialog
            camera={camera}
            record={record}
            onClose={() => setAsking(false)}
            onChosen={(untilMs) => {
              setAsking(false);
              override(record, untilMs);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function ModeItems({
  camera,
  setMode,
}: {
  camera: CameraDto;
  setMode(mode: 'continuous' | 'scheduled' | 'off'): void;
}) {
  const { mode } = camera.recording;
  return (
    <>
      <Menu.Divider />
      {mode !== 'continuous' && (
        <Menu.Item
          leftSection={<IconPlayerRecord size={14} />}
          data-testid="mode-continuous"
          onClick={() => setMode('continuous')}
        >
          Record always
        </Menu.Item>
      )}
      {mode === 'off' && (
        <Menu.Item
          leftSection={<IconCalendarTime size={14} />}
          data-testid="mode-scheduled"
          onClick={() => setMode('scheduled')}
        >
          Record by schedule
        </Menu.Item>
      )}
      {mode !== 'off' && (
        <Menu.Item leftSection={<IconPower size={14} />} data-testid="mode-off" onClick={() => setMode('off')}>
          Switch recording off
        </Menu.Item>
      )}
    </>
  );
}
