import { Alert, Anchor, Button, Group, Paper, Skeleton, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { CameraDto } from '@nightjar/contract';
import { IconAlertTriangle, IconInfoCircle, IconTrash, IconVideoOff } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { updateCamera } from '../api/mutations.ts';
import { camerasQuery } from '../api/queries.ts';
import { FailedMessage, Message } from '../ui/message.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { fieldErrors } from './field-errors.ts';
import { GroupInput } from './group-input.tsx';
import { ProbePanel } from './probe-panel.tsx';
import { RecorderPage } from './recorder-page.tsx';
import {
  formOf,
  type Interruption,
  interruptionOf,
  isAddress,
  patchOf,
  type SettingsForm,
  sourceOf,
} from './settings-form.ts';
import { SourceFields } from './source-fields.tsx';
import { StateBadge } from './state-badge.tsx';
import { VideoFields } from './video-fields.tsx';

export default function EditCameraPage({ cameraId }: { cameraId: string }) {
  const { data: cameras, error, refetch } = useQuery(camerasQuery);
  const camera = cameras?.find(({ id }) => id === cameraId);
  return (
    <RecorderPage
      title={
        <Group gap="sm" wrap="nowrap">
          <h1>{camera?.name ?? 'Camera'}</h1>
          {camera && <StateBadge camera={camera} />}
        </Group>
      }
    >
      {camera ? (
        <EditForm camera={camera} cameras={cameras ?? []} />
      ) : cameras ? (
        <Message
          icon={<IconVideoOff size={26} />}
          title="This camera does not exist any more"
          actions={
            <Button component={Link} href="/cameras" variant="default">
              All cameras
            </Button>
          }
        />
      ) : error ? (
        <FailedMessage title="The camera could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton h={420} maw={720} />
      )}
    </RecorderPage>
  );
}

const knownFields = [
  'name',
  'group',
  'source.url',
  'source.username',
  'source.password',
  'video.bitrateKbps',
  'video.fps',
  'video.height',
  'video.keyframeSeconds',
  'video.overlay.text',
  'video.overlay.format',
  'video.overlay.fontSize',
];

function EditForm({ camera, cameras }: { camera: CameraDto; cameras: CameraDto[] }) {
  const [form, setForm] = useState<SettingsForm>(() => formOf(camera));
  const [deleting, setDeleting] = useState(false);
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const patch = patchOf(camera, form);
  const changed = Object.keys(patch).length > 0;
  const save = useMutation({
    mutationFn: () => updateCamera(camera.id, patch),
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: camerasQuery.queryKey });
      setForm(formOf(saved));
      notifications.show({ message: `${saved.name} is saved.` });
    },
  });
  const change = (part: Partial<SettingsForm>) => setForm((before) => ({ ...before, ...part }));
  const errors = fieldErrors(save.error, knownFields);
  const valid = isAddress(form.url) && form.name.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (valid && changed) save.mutate();
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={720} gap="lg">
        <Paper withBorder p={{ base: 'md', sm: 'lg' }}>
          <Group grow align="start" preventGrowOverflow={false}>
            <TextInput
              label="Name"
              miw={200}
              maxLength={100}
              data-testid="camera-name"
              value={form.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
              error={errors.name}
            />
            <GroupInput
              value={form.group}
              cameras={cameras}
              onChange={(group) => change({ group })}
              error={errors.group}
            />
          </Group>
        </Paper>
        <Paper withBorder p={{ base: 'md', sm: 'lg' }}>
          <Stack>
            <Title order={2}>Source</Title>
            <SourceFields form={form} onChange={change} errors={errors} />
            <ProbePanel source={{ ...sourceOf(form), cameraId: camera.id }} disabled={!isAddress(form.url)} />
          </Stack>
        </Paper>
        <Paper withBorder p={{ base: 'md', sm: 'lg' }}>
          <Stack>
            <Title order={2}>Recording</Title>
            <Switch
              label="Record around the clock"
              description="Off: the live picture goes on, nothing is written."
              data-testid="record-switch"
              checked={form.record}
              onChange={(event) => change({ record: event.currentTarget.checked })}
            />
            <Switch
              label="Record sound"
              data-testid="sound-switch"
              checked={form.sound}
              onChange={(event) => change({ sound: event.currentTarget.checked })}
            />
            <VideoFields form={form} onChange={change} errors={errors} />
          </Stack>
        </Paper>
        {save.isError && Object.keys(errors).length === 0 && (
          <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle />} title="Nothing was saved">
            {save.error.message}
          </Alert>
        )}
        {changed && <Effect effect={interruptionOf(camera, patch)} />}
        <Group>
          <Button type="submit" data-testid="save-camera" disabled={!valid || !changed} loading={save.isPending}>
            Save
          </Button>
          <Button variant="default" disabled={!changed} onClick={() => setForm(formOf(camera))}>
            Undo changes
          </Button>
          <Button
            ml="auto"
            variant="subtle"
            color="red"
            c="var(--nj-red)"
            leftSection={<IconTrash size={18} />}
            data-testid="delete-camera"
            onClick={() => setDeleting(true)}
          >
            Delete …
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          In addresses of the API this camera is <code>{camera.id}</code>.{' '}
          <Anchor component={Link} href={`/live/${camera.id}`} size="sm">
            Show it live
          </Anchor>
        </Text>
      </Stack>
      <DeleteDialog
        camera={camera}
        opened={deleting}
        onClose={() => setDeleting(false)}
        onDeleted={() => navigate('/cameras')}
      />
    </form>
  );
}

const effects: Record<Interruption, string> = {
  none: 'Saving does not interrupt the recording.',
  reconnect:
    'Saving connects to this camera anew: its recording misses about 2 seconds. Other cameras are not disturbed.',
  pause: 'Saving pauses the recording of this camera until you switch it on again.',
  resume: 'Saving starts the recording of this camera.',
};

function Effect({ effect }: { effect: Interruption }) {
  return (
    <Alert
      variant="light"
      color="gray"
      icon={<IconInfoCircle />}
      role="status"
      data-testid="save-effect"
      data-effect={effect}
    >
      {effects[effect]}
    </Alert>
  );
}
