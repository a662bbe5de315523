import { Badge, Group, Modal, ScrollArea, Text, TextInput, UnstyledButton } from '@mantine/core';
import type { CameraDto } from '@nightjar/contract';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import styles from './arrange.module.css';
import type { Places } from './arranging.ts';
import { inOrder } from './grid.ts';

interface CameraPickerProps {
  cameras: readonly CameraDto[];
  /** Cameras that are on the wall already come last. */
  places: Places;
  title: string;
  onPick(camera: CameraDto): void;
  onClose(): void;
}

export function CameraPicker({ cameras, places, title, onPick, onClose }: CameraPickerProps) {
  const [text, setText] = useState('');
  const isOnWall = ({ id }: CameraDto) => places.includes(id);
  const found = inOrder(cameras)
    .filter(({ name, group }) => `${name} ${group ?? ''}`.toLowerCase().includes(text.trim().toLowerCase()))
    .sort((a, b) => Number(isOnWall(a)) - Number(isOnWall(b)));
  return (
    <Modal opened onClose={onClose} title={title} scrollAreaComponent={ScrollArea.Autosize}>
      {cameras.length > 8 && (
        <TextInput
          aria-label="Search"
          placeholder="Search"
          data-autofocus
          mb="sm"
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            const [first] = found;
            if (event.key === 'Enter' && first) onPick(first);
          }}
        />
      )}
      {found.map((camera) => (
        <UnstyledButton
          key={camera.id}
          className={styles.choice}
          data-testid={`pick-${camera.id}`}
          onClick={() => onPick(camera)}
        >
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm" fw={600} truncate>
              {camera.name}
            </Text>
            {isOnWall(camera) ? (
              <Badge variant="default" size="sm" tt="none">
                on this wall
              </Badge>
            ) : (
              <Text size="xs" c="dimmed" truncate>
                {camera.group}
              </Text>
            )}
          </Group>
        </UnstyledButton>
      ))}
      {found.length === 0 && <Text c="dimmed">No camera has this name or group.</Text>}
    </Modal>
  );
}
