import { Alert, Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { createCamera } from '../api/mutations.ts';
import { camerasQuery } from '../api/queries.ts';
import { isAddress } from './address.ts';
import { fieldErrors } from './field-errors.ts';
import { NameFields } from './name-fields.tsx';
import { ProbePanel } from './probe-panel.tsx';
import { RecorderPage } from './recorder-page.tsx';
import { createOf, emptyForm, type SettingsForm, sourceOf } from './settings-form.ts';
import { SourceFields } from './source-fields.tsx';
import { useAddDemoCamera } from './use-add-demo-camera.ts';

const knownFields = ['name', 'group', 'source.url', 'source.username', 'source.password'];

/** Address, try it, name, record. */
export default function AddCameraPage() {
  const [form, setForm] = useState<SettingsForm>(emptyForm);
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const demo = useAddDemoCamera();
  const { data: cameras } = useQuery(camerasQuery);
  const save = useMutation({
    mutationFn: () => createCamera(createOf(form)),
    onSuccess: async (camera) => {
      await queries.invalidateQueries({ queryKey: camerasQuery.queryKey });
      navigate(`/live/${camera.id}`);
    },
  });
  const change = (part: Partial<SettingsForm>) => setForm((before) => ({ ...before, ...part }));
  const errors = fieldErrors(save.error, knownFields);
  const complete = isAddress(form.url) && form.name.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) save.mutate();
  };

  return (
    <RecorderPage title={<h1>Add a camera</h1>}>
      <form onSubmit={submit} noValidate>
        <Stack maw={720} gap="lg">
          <Paper withBorder p={{ base: 'md', sm: 'lg' }}>
            <Stack>
              <Title order={2}>1. Where it is</Title>
              <SourceFields form={form} onChange={change} errors={errors} autoFocus />
              <ProbePanel source={sourceOf(form)} disabled={!isAddress(form.url)} />
            </Stack>
          </Paper>
          <Paper withBorder p={{ base: 'md', sm: 'lg' }}>
            <Stack>
              <Title order={2}>2. What you call it</Title>
              <NameFields form={form} cameras={cameras ?? []} onChange={change} errors={errors} />
            </Stack>
          </Paper>
          {save.isError && Object.keys(errors).length === 0 && (
            <Alert
              color="red"
              variant="light"
              role="alert"
              icon={<IconAlertTriangle />}
              title="The camera was not added"
            >
              {save.error.message}
            </Alert>
          )}
          <Group>
            <Button type="submit" data-testid="save-camera" disabled={!complete} loading={save.isPending}>
              Add and record
            </Button>
            <Button component={Link} href="/cameras" variant="default">
              Cancel
            </Button>
          </Group>
          <Text size="sm" c="dimmed">
            No camera at hand?{' '}
            <Anchor
              component="button"
              type="button"
              size="sm"
              data-testid="add-demo-camera"
              onClick={() => demo.mutate(undefined, { onSuccess: (camera) => navigate(`/live/${camera.id}`) })}
            >
              Add a simulated one
            </Anchor>
            {demo.isError && `: ${demo.error.message}`}
          </Text>
        </Stack>
      </form>
    </RecorderPage>
  );
}
