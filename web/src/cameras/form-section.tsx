import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface FormSectionProps {
  title: string;
  /** A line under the title. */
  note?: ReactNode;
  /** At the right of the title. */
  aside?: ReactNode;
  children: ReactNode;
}

/** One subject of a camera's settings. */
export function FormSection({ title, note, aside, children }: FormSectionProps) {
  return (
    <Paper component="section" withBorder p={{ base: 'md', sm: 'lg' }} aria-label={title}>
      <Stack>
        <Group justify="space-between" align="start" wrap="nowrap" gap="sm">
          <div>
            <Title order={2}>{title}</Title>
            {note && (
              <Text size="sm" c="dimmed" mt={2}>
                {note}
              </Text>
            )}
          </div>
          {aside && <div style={{ flex: 'none' }}>{aside}</div>}
        </Group>
        {children}
      </Stack>
    </Paper>
  );
}
