import { Button, Checkbox, Popover, ScrollArea, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { mostInStep } from './address.ts';
import styles from './review.module.css';

interface CameraChoiceProps {
  cameras: ReadonlyArray<{ id: string; name: string }>;
  /** Those that are shown, the selected one first. */
  shown: readonly string[];
  onSelect(id: string): void;
  onShow(ids: readonly string[]): void;
}

/** From so many cameras on they are looked for by name. */
const manyCameras = 9;

/** One camera by its name, or several in step by their boxes. */
export function CameraChoice({ cameras, shown, onSelect, onShow }: CameraChoiceProps) {
  const [opened, setOpened] = useState(false);
  const [search, setSearch] = useState('');
  const selected = cameras.find(({ id }) => id === shown[0]);
  const found = cameras.filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase()));
  const toggle = (id: string) => {
    const next = shown.includes(id) ? shown.filter((other) => other !== id) : [...shown, id];
    if (next.length > 0) onShow(next);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" withArrow trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          rightSection={<IconChevronDown size={14} />}
          className={styles.cameraChoice}
          aria-haspopup="dialog"
          aria-label={`Camera: ${selected?.name}${shown.length > 1 ? ` and ${shown.length - 1} more` : ''}`}
          data-testid="review-camera"
          onClick={() => setOpened(!opened)}
        >
          {selected?.name}
          {shown.length > 1 && <span className={styles.dateNote}>&nbsp;+ {shown.length - 1}</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        {cameras.length >= manyCameras && (
          <TextInput
            size="xs"
            mb="xs"
            aria-label="Find a camera"
            placeholder="Find a camera"
            data-autofocus
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        <ScrollArea.Autosize mah="50dvh" type="auto">
          {found.map(({ id, name }) => (
            <div key={id} className={styles.cameraOption} data-selected={id === shown[0]}>
              <UnstyledButton
                className={styles.cameraName}
                data-testid={`review-camera-${id}`}
                onClick={() => {
                  setOpened(false);
                  onSelect(id);
                }}
              >
                {name}
              </UnstyledButton>
              <Checkbox
                size="sm"
                aria-label={`${name} in step`}
                data-testid={`in-step-${id}`}
                checked={shown.includes(id)}
                disabled={
                  (shown.length === 1 && shown[0] === id) || (shown.length >= mostInStep && !shown.includes(id))
                }
                onChange={() => toggle(id)}
              />
            </div>
          ))}
          {found.length === 0 && (
            <Text size="sm" c="dimmed">
              No camera has this in its name.
            </Text>
          )}
        </ScrollArea.Autosize>
        <Text size="xs" c="dimmed" mt="xs" maw={230}>
          A name shows that camera. Boxes show up to {mostInStep} in step.
        </Text>
      </Popover.Dropdown>
    </Popover>
  );
}
