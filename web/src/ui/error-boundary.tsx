import { Button } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { Message } from './message.tsx';

/** A fault in one page, or a page whose code cannot be fetched, must not leave a blank window. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Message
        role="alert"
        icon={<IconAlertTriangle size={26} />}
        title="This page could not be shown"
        actions={
          <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={() => location.reload()}>
            Load it again
          </Button>
        }
      >
        {error.message}
      </Message>
    );
  }
}
