import { Alert, Button, Checkbox, Group, Modal, ScrollArea, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { CameraDto, Recording } from '@nightjar/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNow, useTimeZone } from '../api/context.tsx';
import { copyRecording } from '../api/mutations.ts';
import { camerasQuery } from '../api/queries.ts';
import { wantedAt } from './wanted.ts';
import { scheduleSummary } from './words.ts';

interface CopyDialogProps {
  /** Its saved mode and schedule are copied. */
  camera: CameraDto;
  cameras: readonly CameraDto[];
  onClose(): void;
}

/** Gives other cameras the same mode and schedule, and says beforehand what changes for each. */
export default function CopyDialog({ camera, cameras, onClose }: CopyDialogProps) {
  const [chosen, setChosen] = useState<string[]>([]);
  const queries = useQueryClient();
  const others = cameras.filter(({ id }) => id !== camera.id);
  const differing = others.filter((other) => !isSame(other.recording, camera.recording));
  const copy = useMutation({
    mutationFn: () => copyRecording(camera.id, chosen),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: camerasQuery.queryKey });
      notifications.show({
        message: chosen.length === 1 ? 'Copied to one camera.' : `Copied to ${chosen.length} cameras.`,
      });
      onClose();
    },
  });
  const all = chosen.length === differing.length && differing.length > 0;
  return (
    <Modal opened onClose={onClose} title="Copy to other cameras" size="md">
      <Stack>
        <Text size="sm">
          They are then recorded like {camera.name}: <strong>{recordingText(camera.recording)}</strong>.
        </Text>
        <Checkbox
          label="All"
          checked={all}
          indeterminate={chosen.length > 0 && !all}
          disabled={differing.length === 0}
          onChange={() => setChosen(all ? [] : differing.map(({ id }) => id))}
        />
        <ScrollArea.Autosize mah="45vh" type="auto">
          <Checkbox.Group value={chosen} onChange={setChosen}>
            <Stack gap="sm">
              {others.map((other) => (
                <OtherCamera key={other.id} other={other} camera={camera} />
              ))}
            </Stack>
          </Checkbox.Group>
        </ScrollArea.Autosize>
        {copy.isError && (
          <Alert color="red" variant="light" role="alert" title="Nothing was copied">
            {copy.error.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={chosen.length === 0}
            loading={copy.isPending}
            data-testid="copy-confirm"
            onClick={() => copy.mutate()}
          >
            {chosen.length < 2 ? 'Copy' : `Copy to ${chosen.length} cameras`}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function OtherCamera({ other, camera }: { other: CameraDto; camera: CameraDto }) {
  const timeZone = useTimeZone();
  const nowMs = useNow(30_000);
  const same = isSame(other.recording, camera.recording);
  const { mode, schedule } = camera.recording;
  const before = wantedAt(other.recording, nowMs, timeZone).record;
  const after = wantedAt({ ...other.recording, mode, schedule }, nowMs, timeZone).record;
  const effect = before === after ? '' : after ? ' Its recording starts.' : ' Its recording stops now.';
  return (
    <Checkbox
      value={other.id}
      label={other.name}
      disabled={same}
      description={same ? 'Has the same already.' : `Instead of: ${recordingText(other.recording)}.${effect}`}
      data-testid={`copy-to-${other.id}`}
    />
  );
}

const isSame = (a: Recording, b: Recording): boolean =>
  JSON.stringify([a.mode, a.schedule]) === JSON.stringify([b.mode, b.schedule]);

function recordingText({ mode, schedule }: Recording): string {
  if (mode === 'continuous') return 'always';
  return mode === 'off' ? 'recording off' : scheduleSummary(schedule);
}
