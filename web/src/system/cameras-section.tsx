import { Button, Skeleton } from '@mantine/core';
import type { CameraDto, CameraSeries, History, StreamStats } from '@nightjar/contract';
import { IconDeviceCctv } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useNow } from '../api/context.tsx';
import { camerasQuery } from '../api/queries.ts';
import { systemQuery } from '../api/system-queries.ts';
import { StateBadge } from '../cameras/state-badge.tsx';
import { Message } from '../ui/message.tsx';
import styles from './cameras.module.css';
import { inWords } from './chart.tsx';
import { useHistory, useHistoryHours } from './load-section.tsx';
import { Loaded, Section } from './section.tsx';
import { Sparkline } from './sparkline.tsx';
import { type Points, scaleOf, totalOf } from './sparkline-path.ts';
import { figuresOf, type StreamFigure, streamFigures } from './stream-figures.ts';

const none: Points = [];

/** What really comes from each camera, now and over the last hours. */
export function CamerasSection() {
  const cameras = useQuery(camerasQuery);
  const system = useQuery(systemQuery);
  const { hours, text, control } = useHistoryHours();
  const history = useHistory(hours);
  const statsOf = (id: string) => system.data?.cameras.find(({ cameraId }) => cameraId === id)?.stats ?? null;
  return (
    <Section title="Cameras" query={system} tools={control} testId="system-cameras">
      <Loaded query={cameras} failed="The cameras could not be read" skeleton={<Skeleton h={260} />}>
        {(list) =>
          list.length === 0 ? (
            <NoCamera />
          ) : (
            <div className={styles.list}>
              <div className={styles.head} aria-hidden="true">
                <span>Camera</span>
                {streamFigures.map(({ label }) => (
                  <span key={label}>{label}</span>
                ))}
              </div>
              <ul>
                {list.map((camera) => (
                  <CameraLine
                    key={camera.id}
                    camera={camera}
                    stats={statsOf(camera.id)}
                    history={history.data}
                    timeText={text}
                  />
                ))}
              </ul>
            </div>
          )
        }
      </Loaded>
    </Section>
  );
}

function NoCamera() {
  return (
    <Message
      icon={<IconDeviceCctv size={26} />}
      title="No camera yet"
      actions={
        <Button component={Link} href="/cameras/new" variant="default">
          Add a camera
        </Button>
      }
    >
      Frame rate, bit rate, losses and connections of each camera will be shown here.
    </Message>
  );
}

interface CameraLineProps {
  camera: CameraDto;
  /** null: not known, or not connected. */
  stats: StreamStats | null;
  history: History | undefined;
  timeText: string;
}

function CameraLine({ camera, stats, history, timeText }: CameraLineProps) {
  const nowMs = useNow(1_000);
  const figures = figuresOf(stats, nowMs);
  const series = history?.cameras.find(({ cameraId }) => cameraId === camera.id)?.series;
  const pointsOf = (name: CameraSeries) => series?.[name] ?? none;
  return (
    <li className={styles.line} data-testid={`stats-${camera.id}`}>
      <div className={styles.who}>
        <Link href={`/cameras/${camera.id}/settings`}>{camera.name}</Link>
        <StateBadge camera={camera} />
      </div>
      <dl>
        {streamFigures.map((figure) => (
          <div key={figure.label} className={styles.figure}>
            <dt>{figure.label}</dt>
            <dd className="tabular">{figures[figure.id]}</dd>
            {figure.chart && <FigureChart figure={figure} points={pointsOf(figure.chart.series)} timeText={timeText} />}
          </div>
        ))}
      </dl>
    </li>
  );
}

interface FigureChartProps {
  figure: StreamFigure;
  points: Points;
  timeText: string;
}

function FigureChart({ figure: { label, chart }, points, timeText }: FigureChartProps) {
  if (!chart) return null;
  const words = chart.kind === 'bars' ? `${Math.round(totalOf(points))} in all` : inWords(points, chart.format);
  return (
    <dd className={styles.chart}>
      <Sparkline
        points={points}
        scale={scaleOf(points, chart.atLeast)}
        kind={chart.kind}
        height={22}
        label={`${label}, ${timeText}: ${words}`}
      />
    </dd>
  );
}
