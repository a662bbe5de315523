import { Anchor, Button, Group, Paper, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { CameraDto } from '@nightjar/contract';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { updateCamera } from '../api/mutations.ts';
import { camerasQuery } from '../api/queries.ts';
import { isAddress } from './address.ts';
import { AddressList } from './address-list.tsx';
import { AlertsSection } from './alerts-section.tsx';
import { ArchiveSection } from './archive-section.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { fieldErrors } from './field-errors.ts';
import { FormSection } from './form-section.tsx';
import { NameFields } from './name-fields.tsx';
import { PictureSection } from './picture-section.tsx';
import { ProbePanel } from './probe-panel.tsx';
import { RecordingSection } from './recording-section.tsx';
import { RetentionSection } from './retention-section.tsx';
import barStyles from './save-bar.module.css';
import { SaveBar } from './save-bar.tsx';
import { formOf, patchOf, type SettingsForm, sourceOf } from './settings-form.ts';
import { SourceFields } from './source-fields.tsx';
import { SubstreamSection } from './substream-section.tsx';
import { useWouldDelete } from './use-would-delete.ts';

const knownFields = [
  'name',
  'group',
  'source.url',
  'source.username',
  'source.password',
  'substream.url',
  'substream.username',
  'substream.password',
  'video.bitrateKbps',
  'video.fps',
  'video.height',
  'video.keyframeSeconds',
  'video.overlay.text',
  'video.overlay.format',
  'video.overlay.fontSize',
  'retention.maxAgeDays',
  'retention.maxSizeBytes',
];

/** All settings of a camera. Nothing holds before it is saved, but for what is recorded by hand. */
export function EditForm({ camera, cameras }: { camera: CameraDto; cameras: CameraDto[] }) {
  const [form, setForm] = useState<SettingsForm>(() => formOf(camera));
  const fields = useRef<HTMLFormElement>(null);
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
    // The field at fault may be far above; it is marked with the next drawing.
    onError: () =>
      requestAnimationFrame(() => fields.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()),
  });
  const change = (part: Partial<SettingsForm>) => {
    if (save.isError) save.reset();
    setForm((before) => ({ ...before, ...part }));
  };
  const errors = fieldErrors(save.error, knownFields);
  const shared = { form, onChange: change, errors };
  const wouldDelete = useWouldDelete(camera, form);
  const valid = isAddress(form.url) && (!form.substream || isAddress(form.substream.url)) && form.name.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (valid && changed) save.mutate();
  };

  return (
    <form ref={fields} onSubmit={submit} noValidate className={barStyles.above}>
      <Stack maw={760} gap="lg">
        <Paper withBorder p={{ base: 'md', sm: 'lg' }}>
          <NameFields {...shared} cameras={cameras} />
        </Paper>
        <RecordingSection {...shared} camera={camera} cameras={cameras} />
        <RetentionSection {...shared} wouldDelete={wouldDelete} />
        <FormSection title="Source">
          <SourceFields {...shared} />
          <ProbePanel source={{ ...sourceOf(form), cameraId: camera.id }} disabled={!isAddress(form.url)} />
        </FormSection>
        <SubstreamSection {...shared} camera={camera} />
        <PictureSection {...shared} />
        <ArchiveSection {...shared} />
        <AlertsSection {...shared} />
        <FormSection title="Addresses">
          <AddressList camera={camera} />
        </FormSection>
        <Foot camera={camera} />
        <SaveBar
          camera={camera}
          patch={patch}
          deletesBytes={wouldDelete.state === 'known' ? wouldDelete.sizeBytes : 0}
          valid={valid}
          saving={save.isPending}
          failure={save.error}
          onUndo={() => change(formOf(camera))}
        />
      </Stack>
    </form>
  );
}

function Foot({ camera }: { camera: CameraDto }) {
  const [deleting, setDeleting] = useState(false);
  const [, navigate] = useLocation();
  return (
    <Group justify="space-between">
      <Anchor component={Link} href={`/live/${camera.id}`} size="sm">
        Show it live
      </Anchor>
      <Button
        variant="subtle"
        color="red"
        c="var(--nj-red)"
        leftSection={<IconTrash size={18} />}
        data-testid="delete-camera"
        onClick={() => setDeleting(true)}
      >
        Delete …
      </Button>
      <DeleteDialog
        camera={camera}
        opened={deleting}
        onClose={() => setDeleting(false)}
        onDeleted={() => navigate('/cameras')}
      />
    </Group>
  );
}
