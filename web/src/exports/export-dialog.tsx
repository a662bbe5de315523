import { Button, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { useNow, useTimeZone } from '../api/context.tsx';
import { createExport, exportEstimateQuery } from '../api/exports.ts';
import { exportsKey } from '../api/queries.ts';
import { useAttempt } from '../api/use-attempt.ts';
import { useWho } from '../ui/use-who.ts';
import { CameraSelect } from './camera-select.tsx';
import { DaySelect } from './day-select.tsx';
import { Estimate } from './estimate.tsx';
import { type ExportForm, emptyForm, sizeOnly, wishOf } from './export-form.ts';
import styles from './exports.module.css';
import { KindFields, MoreFields } from './kind-fields.tsx';
import { RangeFields } from './range-fields.tsx';

interface ExportDialogProps {
  opened: boolean;
  onClose(): void;
  cameras: ReadonlyArray<{ id: string; name: string }>;
  /** Chosen beforehand. */
  selectedIds: readonly string[];
  /** `[from, to)`, Unix ms; null: days are chosen. */
  range: { from: number; to: number } | null;
}

/** Asks for files of footage: of a range or of whole days, of one or several cameras. */
export function ExportDialog({ opened, onClose, ...props }: ExportDialogProps) {
  const phone = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      fullScreen={phone}
      size={620}
      title="Export footage"
      data-testid="export-dialog"
    >
      <Form onClose={onClose} {...props} />
    </Modal>
  );
}

const modes = [
  { value: 'range', label: 'From … to' },
  { value: 'days', label: 'Whole days' },
];

/** In whole minutes: what a person would have typed. */
function lastHour(nowMs: number): { from: number; to: number } {
  const to = Math.floor(nowMs / 60_000) * 60_000;
  return { from: to - 3_600_000, to };
}

function Form({ onClose, cameras, selectedIds, range }: Omit<ExportDialogProps, 'opened'>) {
  const timeZone = useTimeZone();
  const nowMs = useNow(60_000);
  const [who, rememberWho] = useWho();
  const [madeBy, setMadeBy] = useState(who);
  const [form, setForm] = useState<ExportForm>(() => ({
    ...emptyForm,
    mode: range ? 'range' : 'days',
    cameraIds: selectedIds.length > 0 ? [...selectedIds] : cameras.slice(0, 1).map(({ id }) => id),
    ...(range ?? lastHour(nowMs)),
  }));
  const change = (changes: Partial<ExportForm>) => setForm((before) => ({ ...before, ...changes }));
  const wish = wishOf(form, madeBy);
  // As text: another object with the same in it is no other question.
  const [asked] = useDebouncedValue(JSON.stringify(sizeOnly(wish)), 250);
  const estimate = useQuery(exportEstimateQuery(JSON.parse(asked)));
  const queries = useQueryClient();
  const send = async () => {
    if (wish === null) return;
    rememberWho(madeBy.trim());
    await createExport(wish);
    await queries.invalidateQueries({ queryKey: exportsKey });
    notifications.show({
      title: 'The export is being made',
      message: (
        <>
          It is on the page <Link href="/exports">Exports</Link>, also when you go on elsewhere.
        </>
      ),
    });
  };
  const { busy, problem, run } = useAttempt(send, onClose);
  const nothing = wish !== null && estimate.data?.files === 0 && !estimate.isPlaceholderData;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wish !== null && !nothing) run();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <SegmentedControl
          fullWidth
          aria-label="What to export"
          data={modes}
          value={form.mode}
          onChange={(mode) => change({ mode: mode as ExportForm['mode'] })}
          data-testid="export-mode"
        />
        {form.mode === 'range' ? (
          <RangeFields form={form} change={change} nowMs={nowMs} timeZone={timeZone} aboutMs={range?.from ?? nowMs} />
        ) : (
          <DaySelect form={form} change={change} nowMs={nowMs} timeZone={timeZone} />
        )}
        <CameraSelect cameras={cameras} chosen={form.cameraIds} onChange={(cameraIds) => change({ cameraIds })} />
        <KindFields form={form} change={change} />
        <MoreFields form={form} change={change}>
          <TextInput
            label="Title"
            description="Shown in the list, and kept in the files"
            maxLength={200}
            value={form.title}
            onChange={(event) => change({ title: event.currentTarget.value })}
            data-testid="export-title"
          />
          <TextInput
            label="Your name"
            description="Remembered in this browser. Left empty, the address of this device is noted."
            autoComplete="name"
            maxLength={80}
            value={madeBy}
            onChange={(event) => setMadeBy(event.currentTarget.value)}
            data-testid="export-who"
          />
        </MoreFields>
        {problem && (
          <Text size="sm" c="red" role="alert">
            {problem}
          </Text>
        )}
        <div className={styles.foot}>
          <Estimate query={estimate} wish={wish} exact={form.exact && form.kind === 'video'} />
          <div className={styles.buttons}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} disabled={wish === null || nothing} data-testid="confirm-export">
              Export
            </Button>
          </div>
        </div>
      </Stack>
    </form>
  );
}
