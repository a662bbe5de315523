import { Alert, Collapse, Radio, Stack, Switch } from '@mantine/core';
import type { CameraDto, ProbeRequest } from '@nightjar/contract';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useCameraStatus } from '../api/context.tsx';
import { isAddress, readAddress } from './address.ts';
import { FormSection } from './form-section.tsx';
import { ProbePanel } from './probe-panel.tsx';
import { emptySubstream, type SettingsForm, type SubstreamForm, type SubstreamUse, sourceOf } from './settings-form.ts';
import { SourceFields } from './source-fields.tsx';

interface SubstreamSectionProps {
  camera: CameraDto;
  form: SettingsForm;
  onChange(change: Partial<SettingsForm>): void;
  errors: Record<string, string>;
}

const uses: Array<{ value: SubstreamUse; label: string; description: string }> = [
  { value: 'watch', label: 'Watch it', description: 'Always connected: its picture is there at once.' },
  {
    value: 'on-demand',
    label: 'Watch it, connected only meanwhile',
    description: 'For cameras on a slow network. The first picture takes a second or two.',
  },
  {
    value: 'record',
    label: 'Watch and record it',
    description: 'Whenever the camera is recorded; its limits are for both together.',
  },
];

/** The smaller picture beside the full one. */
export function SubstreamSection({ camera, form, onChange, errors }: SubstreamSectionProps) {
  const { substream } = form;
  const change = (part: Partial<SubstreamForm>) => {
    if (substream) onChange({ substream: { ...substream, ...part } });
  };
  return (
    <FormSection
      title="Substream"
      note="A smaller picture that many cameras send at a second address. Small tiles show it: it needs less of network and screen."
    >
      <Switch
        label="Use the camera’s substream"
        data-testid="substream-switch"
        checked={substream !== null}
        onChange={(event) => onChange({ substream: event.currentTarget.checked ? emptySubstream : null })}
      />
      <Collapse expanded={substream !== null}>
        {substream && (
          <Stack>
            <Trouble cameraId={camera.id} />
            <SourceFields
              form={substream}
              onChange={change}
              errors={errors}
              of="substream"
              otherwise={signsInAsCamera(form, substream) ? 'As the camera' : ''}
            />
            <ProbePanel
              source={probeOf(camera, form, substream)}
              disabled={!isAddress(substream.url)}
              testId="try-substream"
              recorded={substream.use === 'record'}
            />
            <Radio.Group
              label="What for"
              value={substream.use}
              onChange={(use) => change({ use: use as SubstreamUse })}
              data-testid="substream-use"
            >
              <Stack gap="xs" mt={6}>
                {uses.map((use) => (
                  <Radio key={use.value} {...use} />
                ))}
              </Stack>
            </Radio.Group>
          </Stack>
        )}
      </Collapse>
    </FormSection>
  );
}

/** As the recorder has it: without a user name and password of its own, at the same host and port. */
function signsInAsCamera(form: SettingsForm, substream: SubstreamForm): boolean {
  const hasOwn = substream.username !== '' || substream.password !== '';
  const isSignedIn = form.username !== '' || form.password !== '';
  const host = hostOf(substream.url);
  return !hasOwn && isSignedIn && host !== null && host === hostOf(form.url);
}

const hostOf = (url: string): string | null => URL.parse(readAddress(url).url)?.host || null;

/** With the camera's password as it is in the form; a stored one the recorder has. */
function probeOf(camera: CameraDto, form: SettingsForm, substream: SubstreamForm): ProbeRequest {
  const wanted: ProbeRequest = { ...sourceOf(substream), cameraId: camera.id, stream: 'sub' };
  if (!form.password || !signsInAsCamera(form, substream)) return wanted;
  return { ...wanted, username: form.username, password: form.password };
}

function Trouble({ cameraId }: { cameraId: string }) {
  const state = useCameraStatus(cameraId)?.substream;
  if (state?.state !== 'waiting') return null;
  return (
    <Alert
      color="gray"
      variant="light"
      icon={<IconAlertTriangle />}
      title="No picture of the substream now"
      data-testid="substream-trouble"
    >
      {state.reason} The full picture goes on as ever.
    </Alert>
  );
}
