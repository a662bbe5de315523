import { Alert, Button, Group, Modal, NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import type { VolumeDto } from '@nightjar/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { createVolume, updateVolume } from '../api/mutations.ts';
import { storageQuery } from '../api/queries.ts';
import { fieldErrors } from '../cameras/field-errors.ts';
import { formatBytes } from '../time/format.ts';
import { type VolumeForm, volumeFormOf, volumeOf, volumePatchOf } from './volume-form.ts';

interface VolumeDialogProps {
  /** null: adds one. */
  volume: VolumeDto | null;
  opened: boolean;
  onClose(): void;
}

export function VolumeDialog({ volume, opened, onClose }: VolumeDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={volume ? `Edit ${volume.name}` : 'Add a volume'} size="md">
      {/* Mounted anew each time it is opened: what was typed and not saved is gone. */}
      <Form volume={volume} onClose={onClose} />
    </Modal>
  );
}

const fields = ['path', 'name', 'use', 'quotaBytes', 'keepFreeBytes'];

function Form({ volume, onClose }: Omit<VolumeDialogProps, 'opened'>) {
  const [form, setForm] = useState<VolumeForm>(() => volumeFormOf(volume));
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => (volume ? updateVolume(volume.id, volumePatchOf(volume, form)) : createVolume(volumeOf(form))),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: storageQuery.queryKey });
      onClose();
    },
  });
  const change = (part: Partial<VolumeForm>) => setForm((before) => ({ ...before, ...part }));
  const errors = fieldErrors(save.error, fields);
  const valid = form.path.trim().startsWith('/');
  const changed = !volume || Object.keys(volumePatchOf(volume, form)).length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (valid && changed) save.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label="Folder"
          description={
            volume?.isDataFolder
              ? 'The data folder is chosen when the recorder is started.'
              : volume
                ? 'Where its disk is mounted. Another folder must hold this same volume.'
                : 'An existing folder on another disk of the recorder’s machine.'
          }
          placeholder="/mnt/disk2/nightjar"
          disabled={volume?.isDataFolder ?? false}
          value={form.path}
          onChange={(event) => change({ path: event.currentTarget.value })}
          error={errors.path}
          spellCheck={false}
          data-autofocus={volume === null}
          data-testid="volume-path"
        />
        <TextInput
          label="Name"
          placeholder={volume?.name ?? form.path.trim()}
          maxLength={100}
          value={form.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          error={errors.name}
          data-testid="volume-name"
        />
        <Radio.Group label="Use" value={form.use} onChange={(use) => change({ use: use as VolumeForm['use'] })}>
          <Stack mt="xs" gap="xs">
            <Radio value="record" label="Record to it" />
            <Radio
              value="read"
              label="Read only"
              description="Its footage can be watched; nothing new is written to it."
            />
          </Stack>
        </Radio.Group>
        <Group grow align="start">
          <NumberInput
            label="Recordings at most"
            description="Of this disk"
            placeholder="No limit"
            suffix=" GB"
            min={0.01}
            decimalScale={2}
            hideControls
            value={form.quotaGb}
            onChange={(value) => change({ quotaGb: numberOf(value) })}
            error={errors.quotaBytes}
            data-testid="volume-quota"
          />
          <NumberInput
            label="Keep free"
            description="The oldest goes before"
            placeholder={volume?.keepFreeIsDefault ? `${formatBytes(volume.keepFreeBytes)}` : '5 %, 1 to 50 GB'}
            suffix=" GB"
            min={0.001}
            decimalScale={3}
            hideControls
            value={form.keepFreeGb}
            onChange={(value) => change({ keepFreeGb: numberOf(value) })}
            error={errors.keepFreeBytes}
            data-testid="volume-keep-free"
          />
        </Group>
        {save.isError && Object.keys(errors).length === 0 && (
          <Alert color="red" variant="light" role="alert" title={volume ? 'Nothing was saved' : 'It was not added'}>
            {save.error.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!valid || !changed} loading={save.isPending} data-testid="save-volume">
            {volume ? 'Save' : 'Add'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const numberOf = (value: string | number): number | '' =>
  value === '' || Number.isNaN(Number(value)) ? '' : Number(value);
