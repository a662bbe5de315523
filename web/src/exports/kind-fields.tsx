import { Button, Checkbox, Collapse, NativeSelect, NumberInput, SegmentedControl, Stack, Switch } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { ExportForm } from './export-form.ts';
import styles from './exports.module.css';

interface FieldsProps {
  form: ExportForm;
  change(changes: Partial<ExportForm>): void;
}

const kinds = [
  { value: 'video', label: 'Video' },
  { value: 'timelapse', label: 'Timelapse' },
];

const times: Array<{ value: ExportForm['times']; label: string }> = [
  { value: 'subtitle', label: 'As subtitles (can be switched off)' },
  { value: 'burned', label: 'In the picture (takes longer)' },
  { value: 'none', label: 'Not at all' },
];

/** What kind of file, and what it shows: the choices that everybody has to make. */
export function KindFields({ form, change }: FieldsProps) {
  return (
    <Stack gap="sm">
      <SegmentedControl
        fullWidth
        aria-label="Kind"
        data={kinds}
        value={form.kind}
        onChange={(kind) => change({ kind: kind as ExportForm['kind'] })}
        data-testid="export-kind"
      />
      {form.kind === 'timelapse' && <TimelapseFields form={form} change={change} />}
      <NativeSelect
        label="Date and time"
        data={times}
        value={form.times}
        onChange={(event) => change({ times: event.currentTarget.value as ExportForm['times'] })}
        data-testid="export-times"
      />
      {form.kind === 'video' && (
        <>
          {form.mode === 'range' && (
            <Checkbox
              label="Begin and end at exactly these pictures"
              description="Otherwise it may begin some seconds earlier, with the last whole picture before."
              checked={form.exact}
              onChange={(event) => change({ exact: event.currentTarget.checked })}
              data-testid="export-exact"
            />
          )}
          <Checkbox
            label="With sound"
            checked={form.sound}
            onChange={(event) => change({ sound: event.currentTarget.checked })}
          />
        </>
      )}
    </Stack>
  );
}

function TimelapseFields({ form: { by, speed, lengthSeconds }, change }: FieldsProps) {
  return (
    <div className={styles.pair}>
      <NativeSelect
        label="Given by"
        data={[
          { value: 'speed', label: 'How much faster' },
          { value: 'length', label: 'How long it is to be' },
        ]}
        value={by}
        onChange={(event) => change({ by: event.currentTarget.value as ExportForm['by'] })}
      />
      {by === 'speed' ? (
        <NumberInput
          label="Times faster"
          min={2}
          max={10_000}
          suffix="×"
          value={speed}
          onChange={(value) => change({ speed: Math.min(Math.max(Number(value) || 2, 2), 10_000) })}
          data-testid="export-speed"
        />
      ) : (
        <NumberInput
          label="Length of each file"
          min={1}
          max={86_400}
          suffix=" s"
          value={lengthSeconds}
          onChange={(value) => change({ lengthSeconds: Math.min(Math.max(Number(value) || 1, 1), 86_400) })}
        />
      )}
    </div>
  );
}

const formats: Array<{ value: ExportForm['format']; label: string; detail: string }> = [
  { value: 'mp4', label: 'MP4: plays everywhere', detail: 'On computers, phones and television, and in e-mail.' },
  {
    value: 'mkv',
    label: 'MKV: for VLC and the like',
    detail: 'Matroska. Holds anything, and plays even when it was cut off.',
  },
  { value: 'ts', label: 'TS: for editing', detail: 'MPEG transport stream. Subtitles come as a file of their own.' },
];

/** What most people leave as it is. */
export function MoreFields({ form, change, children }: FieldsProps & { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const Chevron = open ? IconChevronUp : IconChevronDown;
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        rightSection={<Chevron size={16} />}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        data-testid="export-more"
      >
        {open ? 'Fewer choices' : 'More choices: file type, evidence, name'}
      </Button>
      <Collapse expanded={open}>
        <Stack gap="sm" pt="sm">
          <NativeSelect
            label="File type"
            description={formats.find(({ value }) => value === form.format)?.detail}
            data={formats.map(({ value, label }) => ({ value, label }))}
            value={form.format}
            onChange={(event) => change({ format: event.currentTarget.value as ExportForm['format'] })}
            data-testid="export-format"
          />
          <Switch
            label="Evidence: a signed list of every picture"
            description="Goes with the files. With it anybody can check that nothing was changed, left out or put in."
            checked={form.evidence}
            onChange={(event) => change({ evidence: event.currentTarget.checked })}
            data-testid="export-evidence"
          />
          <NativeSelect
            label="Stream"
            description="The small one is there where a second stream of the camera is recorded."
            data={[
              { value: 'main', label: 'Main stream: the best picture' },
              { value: 'sub', label: 'Small stream' },
            ]}
            value={form.stream}
            onChange={(event) => change({ stream: event.currentTarget.value as ExportForm['stream'] })}
          />
          {children}
        </Stack>
      </Collapse>
    </div>
  );
}
