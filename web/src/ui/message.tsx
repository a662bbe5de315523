import { Button, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface MessageProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  /** Buttons. */
  actions?: ReactNode;
  /** `alert` is read aloud at once. */
  role?: 'status' | 'alert';
}

/** Fills the place of content that is not there: empty, or failed. */
export function Message({ icon, title, children, actions, role = 'status' }: MessageProps) {
  return (
    <Stack align="center" justify="center" gap="sm" px="md" py="xl" mih={220} role={role} ta="center">
      <ThemeIcon variant="default" size={52} radius="xl" aria-hidden="true">
        {icon}
      </ThemeIcon>
      <Text fw={600} size="lg">
        {title}
      </Text>
      {children && (
        <Text c="dimmed" maw={460} component="div">
          {children}
        </Text>
      )}
      {actions}
    </Stack>
  );
}

interface FailedMessageProps {
  /** What could not be done: "The cameras could not be read". */
  title: string;
  error: Error;
  onRetry(): void;
}

export function FailedMessage({ title, error, onRetry }: FailedMessageProps) {
  return (
    <Message
      role="alert"
      icon={<IconAlertTriangle size={26} />}
      title={title}
      actions={
        <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {error.message}
    </Message>
  );
}
