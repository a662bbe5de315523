import { ActionIcon, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';

interface PagerProps {
  page: number;
  pages: number;
  /** Cameras on the other pages; 0 says nothing of them. */
  elsewhere?: number;
  size?: 'md' | 'xl';
  onTurn(step: number): void;
}

/** Turns pages; after the last one comes the first. */
export function Pager({ page, pages, elsewhere = 0, size = 'md', onTurn }: PagerProps) {
  return (
    <Group gap={4} wrap="nowrap" data-testid="wall-pager">
      <ActionIcon
        variant="subtle"
        color="gray"
        c="inherit"
        size={size}
        aria-label="Page before"
        data-turns="-1"
        onClick={() => onTurn(-1)}
      >
        <IconChevronLeft size={18} />
      </ActionIcon>
      <Text size="sm" className="tabular" component="span" style={{ whiteSpace: 'nowrap' }}>
        {page + 1} / {pages}
        {elsewhere > 0 && (
          <Text span size="sm" c="dimmed" visibleFrom="lg">
            {` · ${elsewhere} more on other pages`}
          </Text>
        )}
      </Text>
      <ActionIcon
        variant="subtle"
        color="gray"
        c="inherit"
        size={size}
        aria-label="Next page"
        data-turns="1"
        onClick={() => onTurn(1)}
      >
        <IconChevronRight size={18} />
      </ActionIcon>
    </Group>
  );
}
