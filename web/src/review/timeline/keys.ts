import type { Engine } from './engine.ts';
import type { Move } from './moves.ts';
import type { TimelineProps } from './props.ts';

const moves: Record<string, Move> = {
  '+': { to: 'zoom', factor: 0.5 },
  '=': { to: 'zoom', factor: 0.5 },
  '-': { to: 'zoom', factor: 2 },
  '0': { to: 'rung', rung: 'day' },
  PageUp: { to: 'side', lengths: -0.9 },
  PageDown: { to: 'side', lengths: 0.9 },
};

/** A press of an arrow moves the play head by this much of the view. */
const stepShare = 0.01;

/** What a key does while the play head has the focus; false when it has no meaning here. */
export function actOnKey(event: KeyboardEvent, engine: Engine, props: TimelineProps): boolean {
  const { cameras, playing, position, view, clockNow, onSeek } = props;
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
  const [selected] = playing;
  if (altKey || metaKey || selected === undefined) return false;
  const seek = (atMs: number) => onSeek(selected, Math.min(atMs, clockNow()));
  const { from, to } = view.get();
  const move = !ctrlKey && moves[key];
  if (move) {
    engine.go(move);
    return true;
  }
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      const sign = key === 'ArrowLeft' ? -1 : 1;
      const edge = ctrlKey ? engine.edgeBeside(sign < 0 ? 'before' : 'after') : undefined;
      if (shiftKey) engine.go({ to: 'side', lengths: sign * 0.2 });
      else if (!ctrlKey) seek(position.get() + sign * stepShare * (to - from));
      else if (edge !== undefined) seek(edge);
      return true;
    }
    case 'ArrowUp':
    case 'ArrowDown': {
      const index = cameras.findIndex(({ id }) => id === selected);
      const camera = cameras[index + (key === 'ArrowUp' ? -1 : 1)];
      if (camera) onSeek(camera.id, position.get());
      return true;
    }
    case 'Home':
      seek(from);
      return true;
    case 'End':
      seek(to);
      return true;
    default:
      return false;
  }
}
