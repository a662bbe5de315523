import { ActionIcon, Group, NativeSelect, SegmentedControl, Text, Tooltip } from '@mantine/core';
import { useFullscreenElement, useLocalStorage } from '@mantine/hooks';
import type { CameraDto } from '@nightjar/contract';
import { IconChevronLeft, IconChevronRight, IconMaximize, IconMinimize } from '@tabler/icons-react';
import { type CSSProperties, useState } from 'react';
import { RecorderPage } from '../cameras/recorder-page.tsx';
import { fittingLayout, gridOf, groupsOf, type Layout, layouts, pageOf } from './grid.ts';
import styles from './live.module.css';
import { LiveTile } from './live-tile.tsx';

const everyGroup = '';

export function LiveGrid({ cameras }: { cameras: CameraDto[] }) {
  const [group, setGroup] = useLocalStorage({ key: 'nightjar-live-group', defaultValue: everyGroup });
  const [chosen, setChosen] = useLocalStorage<Layout | 0>({ key: 'nightjar-live-layout', defaultValue: 0 });
  const [wantedPage, setPage] = useState(0);
  const { ref, toggle, fullscreen } = useFullscreenElement();

  const groups = groupsOf(cameras);
  const shownGroup = groups.includes(group) ? group : everyGroup;
  const inGroup = shownGroup === everyGroup ? cameras : cameras.filter((camera) => camera.group === shownGroup);
  const layout = chosen || fittingLayout(inGroup.length);
  const { items, page, pages } = pageOf(inGroup, layout, wantedPage);
  const { columns, rows } = gridOf(layout, items.length);

  return (
    <RecorderPage
      title={<h1>Live</h1>}
      layout="fill"
      tools={
        <>
          {pages > 1 && <Pager page={page} pages={pages} onPage={setPage} />}
          {groups.length > 0 && (
            <NativeSelect
              aria-label="Group of cameras"
              size="xs"
              w={{ base: 112, sm: 140 }}
              data={[
                { value: everyGroup, label: 'All cameras' },
                ...groups.map((name) => ({ value: name, label: name })),
              ]}
              value={shownGroup}
              onChange={(event) => setGroup(event.currentTarget.value)}
            />
          )}
          <SegmentedControl
            aria-label="Pictures at once"
            size="xs"
            data={layouts.map((count) => ({ value: String(count), label: String(count) }))}
            value={String(layout)}
            onChange={(value) => setChosen(Number(value) as Layout)}
          />
          <Tooltip label={fullscreen ? 'Leave full screen' : 'Full screen'}>
            <ActionIcon
              variant="default"
              size="md"
              visibleFrom="sm"
              aria-label={fullscreen ? 'Leave full screen' : 'Full screen'}
              onClick={() => void toggle()}
            >
              {fullscreen ? <IconMinimize size={16} /> : <IconMaximize size={16} />}
            </ActionIcon>
          </Tooltip>
        </>
      }
    >
      <div ref={ref} className={styles.wall}>
        <div
          className={styles.grid}
          style={{ '--wide-columns': columns, '--rows': rows } as CSSProperties}
          data-layout={layout}
          data-testid="live-grid"
        >
          {items.map((camera) => (
            <LiveTile key={camera.id} camera={camera} />
          ))}
        </div>
      </div>
    </RecorderPage>
  );
}

function Pager({ page, pages, onPage }: { page: number; pages: number; onPage(page: number): void }) {
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label="Cameras before"
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      >
        <IconChevronLeft size={18} />
      </ActionIcon>
      <Text size="sm" className="tabular">
        {page + 1} / {pages}
      </Text>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label="Cameras after"
        disabled={page === pages - 1}
        onClick={() => onPage(page + 1)}
      >
        <IconChevronRight size={18} />
      </ActionIcon>
    </Group>
  );
}
