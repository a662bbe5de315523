import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { newestEventsQuery } from '../../api/system-queries.ts';
import { Engine, type EngineProps } from './engine.ts';
import { PlayHeadValue } from './play-head.ts';

interface Refs {
  root: RefObject<HTMLDivElement | null>;
  ground: RefObject<HTMLDivElement | null>;
  scroller: RefObject<HTMLElement | null>;
  axis: RefObject<HTMLCanvasElement | null>;
  rows: RefObject<HTMLCanvasElement | null>;
  overlay: RefObject<HTMLCanvasElement | null>;
  slider: RefObject<HTMLDivElement | null>;
}

/** An engine for as long as the elements are there; null before they are. */
export function useEngine(props: EngineProps): { engine: Engine | null; refs: Refs } {
  const refs: Refs = {
    root: useRef(null),
    ground: useRef(null),
    scroller: useRef(null),
    axis: useRef(null),
    rows: useRef(null),
    overlay: useRef(null),
    slider: useRef(null),
  };
  const [engine, setEngine] = useState<Engine | null>(null);
  const scheme = useComputedColorScheme('dark');
  const latest = useRef(props);
  latest.current = props;
  const { view, position } = props;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the elements stay the same; view and position are whole lives
  useEffect(() => {
    const [root, ground, scroller] = [refs.root.current, refs.ground.current, refs.scroller.current];
    const [axis, rows, overlay] = [refs.axis.current, refs.rows.current, refs.overlay.current];
    const slider = refs.slider.current;
    if (!root || !ground || !scroller || !axis || !rows || !overlay || !slider) return;
    const value = new PlayHeadValue(slider);
    const made: Engine = new Engine({ root, ground, scroller, axis, rows, overlay }, latest.current, (scene) =>
      value.show(scene, () => made.underPlayHead()),
    );
    setEngine(made);
    return () => {
      made.destroy();
      setEngine(null);
    };
  }, [view, position]);

  useEffect(() => engine?.update(latest.current));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours that the style sheet answers
  useEffect(() => engine?.repaint(), [engine, scheme]);
  useRenewal(engine);
  return { engine, refs };
}

/** An event often tells of a gap that begins or ends: with each new one, what is shown is read again. */
function useRenewal(engine: Engine | null): void {
  const newest = useQuery(newestEventsQuery(1)).data?.[0]?.id;
  const known = useRef(newest);
  useEffect(() => {
    if (known.current !== undefined && newest !== known.current) engine?.renew();
    known.current = newest;
  }, [engine, newest]);
}
