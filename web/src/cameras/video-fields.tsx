import {
  Alert,
  Checkbox,
  Fieldset,
  Group,
  NativeSelect,
  NumberInput,
  Radio,
  SimpleGrid,
  Stack,
  Switch,
  TextInput,
} from '@mantine/core';
import type { Overlay } from '@nightjar/contract';
import { IconCpu } from '@tabler/icons-react';
import { defaultOverlay, type SettingsForm } from './settings-form.ts';

interface VideoFieldsProps {
  form: SettingsForm;
  onChange(change: Partial<SettingsForm>): void;
  errors: Record<string, string>;
}

/** What is recorded: the camera's own bits, or an encoding of them with the time drawn in. */
export function VideoFields({ form, onChange, errors }: VideoFieldsProps) {
  return (
    <Stack>
      <Radio.Group
        label="Video"
        value={form.encode ? 'encode' : 'copy'}
        onChange={(value) => onChange({ encode: value === 'encode' })}
      >
        <Stack mt="xs" gap="xs">
          <Radio
            value="copy"
            label="As the camera sends it"
            description="Best picture, least work. Recommended."
            data-testid="video-copy"
          />
          <Radio
            value="encode"
            label="Encode again"
            description="For a time stamp in the picture, or a smaller one."
            data-testid="video-encode"
          />
        </Stack>
      </Radio.Group>
      {form.encode && (
        <>
          <Alert variant="light" color="gray" icon={<IconCpu />}>
            Encoding takes about 40 times the CPU of recording as it is: about a third of a core for a 1080p camera.
          </Alert>
          <Encoding form={form} onChange={onChange} errors={errors} />
          <Switch
            label="Draw the recording time on the picture"
            data-testid="overlay-switch"
            checked={form.overlay !== null}
            onChange={(event) => onChange({ overlay: event.currentTarget.checked ? defaultOverlay : null })}
          />
          {form.overlay && (
            <OverlayFields overlay={form.overlay} onChange={(overlay) => onChange({ overlay })} errors={errors} />
          )}
        </>
      )}
    </Stack>
  );
}

function Encoding({ form, onChange, errors }: VideoFieldsProps) {
  const orNull = (value: string | number) => (value === '' ? null : Number(value));
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} style={{ alignItems: 'start' }}>
      <NumberInput
        label="Bit rate"
        suffix=" kbit/s"
        min={64}
        max={50_000}
        step={250}
        allowDecimal={false}
        value={form.bitrateKbps}
        onChange={(value) => onChange({ bitrateKbps: Number(value) })}
        error={errors['video.bitrateKbps']}
      />
      <NumberInput
        label="Frame rate"
        placeholder="As the camera"
        suffix=" fps"
        min={1}
        max={60}
        allowDecimal={false}
        value={form.fps ?? ''}
        onChange={(value) => onChange({ fps: orNull(value) })}
        error={errors['video.fps']}
      />
      <NumberInput
        label="Height"
        placeholder="As the camera"
        suffix=" lines"
        min={90}
        max={2160}
        step={90}
        allowDecimal={false}
        value={form.height ?? ''}
        onChange={(value) => onChange({ height: orNull(value) })}
        error={errors['video.height']}
      />
      <NumberInput
        label="Keyframe every"
        suffix=" s"
        min={0.5}
        max={10}
        step={0.5}
        value={form.keyframeSeconds}
        onChange={(value) => onChange({ keyframeSeconds: Number(value) })}
        error={errors['video.keyframeSeconds']}
      />
    </SimpleGrid>
  );
}

interface OverlayFieldsProps {
  overlay: Overlay;
  onChange(overlay: Overlay): void;
  errors: Record<string, string>;
}

function OverlayFields({ overlay, onChange, errors }: OverlayFieldsProps) {
  const change = (part: Partial<Overlay>) => onChange({ ...overlay, ...part });
  return (
    <Fieldset legend="Time on the picture">
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }} style={{ alignItems: 'start' }}>
          <TextInput
            label="Text in front"
            placeholder="Front door"
            maxLength={128}
            data-testid="overlay-text"
            value={overlay.text}
            onChange={(event) => change({ text: event.currentTarget.value })}
            error={errors['video.overlay.text']}
          />
          <TextInput
            label="Time format"
            description="As in strftime: %Y-%m-%d %H:%M:%S"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            maxLength={64}
            value={overlay.format}
            onChange={(event) => change({ format: event.currentTarget.value })}
            error={errors['video.overlay.format']}
          />
          <NativeSelect
            label="Position"
            data={[
              { value: 'top-left', label: 'Top left' },
              { value: 'top-right', label: 'Top right' },
              { value: 'bottom-left', label: 'Bottom left' },
              { value: 'bottom-right', label: 'Bottom right' },
            ]}
            value={overlay.position}
            onChange={(event) => change({ position: event.currentTarget.value as Overlay['position'] })}
          />
          <NumberInput
            label="Font size"
            description="Points, on a picture 480 lines high"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            min={6}
            max={96}
            allowDecimal={false}
            value={overlay.fontSize}
            onChange={(value) => change({ fontSize: Number(value) })}
            error={errors['video.overlay.fontSize']}
          />
        </SimpleGrid>
        <Group>
          <Checkbox
            label="Darken the picture behind it"
            checked={overlay.shaded}
            onChange={(event) => change({ shaded: event.currentTarget.checked })}
          />
        </Group>
      </Stack>
    </Fieldset>
  );
}
