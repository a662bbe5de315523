import { Button, Group, Modal, MultiSelect, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { Mark } from '@nightjar/contract';
import { IconBookmark, IconDownload, IconLock } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useNow } from '../../api/context.tsx';
import { useAttempt } from '../../api/use-attempt.ts';
import { formatDuration, formatMoment } from '../../time/format.ts';
import { useWho } from '../../ui/use-who.ts';
import styles from './marks.module.css';
import { MomentInput } from './moment-input.tsx';
import { saveMark } from './save-mark.ts';
import { useIsRecorded } from './use-is-recorded.ts';

/** What is to be marked: footage of one or several cameras, or a mark that exists. */
export type Marked = { kind: Mark['kind']; cameraIds: readonly string[]; from: number; to: number } | { mark: Mark };

interface MarkDialogProps {
  marked: Marked;
  cameras: ReadonlyArray<{ id: string; name: string }>;
  /** Cameras that a new mark may be of. */
  shown: readonly string[];
  timeZone: string;
  onClose(): void;
  /** Of the dialog of an existing mark. */
  onRemove(mark: Mark): void;
  /** Offered where it is given. */
  onExport?: ((mark: Mark) => void) | undefined;
}

/** Makes a bookmark or lock, or changes one. */
export function MarkDialog({ marked, cameras, shown, timeZone, onClose, onRemove, onExport }: MarkDialogProps) {
  const old = 'mark' in marked ? marked.mark : null;
  const begun = 'mark' in marked ? { ...marked.mark, cameraIds: [marked.mark.cameraId] } : marked;
  const [kind, setKind] = useState(begun.kind);
  const [cameraIds, setCameraIds] = useState<string[]>([...begun.cameraIds]);
  const [from, setFrom] = useState<number | null>(begun.from);
  const [to, setTo] = useState<number | null>(begun.to);
  const [title, setTitle] = useState(old?.title ?? '');
  const [note, setNote] = useState(old?.note ?? '');
  const [who, rememberWho] = useWho();
  const [madeBy, setMadeBy] = useState(who);
  const nowMs = useNow(60_000);
  const phone = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const isRecorded = useIsRecorded({ cameraIds, from, to });
  const inOrder = from === null || to === null || from < to;
  const valid = from !== null && to !== null && inOrder && cameraIds.length > 0;
  const save = async () => {
    if (!valid) return;
    if (!old) rememberWho(madeBy.trim());
    await saveMark(old, { kind, cameraIds, from, to, title: title.trim(), note: note.trim(), madeBy: madeBy.trim() });
  };
  const { busy, problem, run } = useAttempt(save, onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (valid) run();
  };
  const moment = { nowMs, timeZone };
  return (
    <Modal
      opened
      onClose={onClose}
      fullScreen={phone}
      size={540}
      title={old ? `Change this ${old.kind}` : kind === 'lock' ? 'Lock footage' : 'Bookmark footage'}
      data-testid="mark-dialog"
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <SegmentedControl
            fullWidth
            aria-label="Kind"
            data={[
              { value: 'bookmark', label: <KindLabel icon={<IconBookmark size={16} />} text="Bookmark" /> },
              { value: 'lock', label: <KindLabel icon={<IconLock size={16} />} text="Lock" /> },
            ]}
            value={kind}
            onChange={(value) => setKind(value as Mark['kind'])}
          />
          <Text size="sm" c="dimmed">
            {kind === 'bookmark' ? 'A place to come back to. ' : 'Footage that must not go. '}
            Cleaning leaves it alone, however full the disk is, until the {kind} is removed.
          </Text>
          <TextInput
            label="Title"
            data-autofocus
            data-testid="mark-title"
            maxLength={200}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          {!old && shown.length > 1 && (
            <MultiSelect
              label="Cameras"
              data-testid="mark-cameras"
              data={shown.map((id) => ({ value: id, label: nameOf(cameras, id) }))}
              value={cameraIds}
              onChange={setCameraIds}
              error={cameraIds.length === 0 ? 'At least one' : null}
            />
          )}
          <div className={styles.times}>
            <MomentInput
              label="From"
              testId="mark-from"
              value={from}
              onChange={setFrom}
              aboutMs={begun.from}
              {...moment}
            />
            <MomentInput
              label="To"
              testId="mark-to"
              value={to}
              onChange={setTo}
              aboutMs={from ?? begun.from}
              error={inOrder ? null : 'Must be later than the beginning'}
              {...moment}
            />
          </div>
          <Text size="xs" c="dimmed" className="tabular" aria-live="polite">
            {valid &&
              `${lengthText(to - from)}${shown.length > 1 && !old ? '' : ` of ${nameOf(cameras, begun.cameraIds[0] ?? '')}`}. `}
            {valid && isRecorded === false && 'Nothing is recorded there now; what will be, is kept.'}
          </Text>
          <Textarea
            label="Note"
            data-testid="mark-note"
            autosize
            minRows={2}
            maxRows={8}
            maxLength={4000}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {old ? (
            <Text size="xs" c="dimmed" className="tabular">
              Made {old.madeBy && `by ${old.madeBy} `}on {formatMoment(old.createdAt, timeZone)}.
            </Text>
          ) : (
            <TextInput
              label="Your name"
              description="Remembered in this browser. Left empty, the address of this device is noted."
              data-testid="mark-who"
              autoComplete="name"
              maxLength={80}
              value={madeBy}
              onChange={(event) => setMadeBy(event.currentTarget.value)}
            />
          )}
          {problem && (
            <Text size="sm" c="red" role="alert">
              {problem}
            </Text>
          )}
          <Group justify="flex-end" gap="xs">
            {old && (
              <Button variant="subtle" color="red" c="var(--nj-red)" mr="auto" onClick={() => onRemove(old)}>
                Remove …
              </Button>
            )}
            {old && onExport && (
              <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => onExport(old)}>
                Export …
              </Button>
            )}
            {!old && (
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
            )}
            <Button type="submit" loading={busy} disabled={!valid} data-testid="mark-save">
              {old ? 'Save' : kind === 'lock' ? 'Lock' : 'Bookmark'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function KindLabel({ icon, text }: { icon: React.ReactNode; text: string }) {
  return (
    <Group gap={6} justify="center" wrap="nowrap">
      {icon}
      {text}
    </Group>
  );
}

const nameOf = (cameras: ReadonlyArray<{ id: string; name: string }>, id: string): string =>
  cameras.find((camera) => camera.id === id)?.name ?? id;

/** Of a short range to the millisecond: `0.480 s`. */
const lengthText = (ms: number): string => (ms < 10_000 ? `${ms / 1000} s` : formatDuration(ms));
