import { useHotkeys } from '@mantine/hooks';

interface WallKeys {
  /** Opens the camera in this place, from 0. */
  open(place: number): void;
  turn(step: number): void;
  /** Moves the focus to the tile that the arrow leads to. */
  walk(arrow: string): void;
  toggleFullScreen(): void;
  toggleRotation(): void;
  arrange(): void;
  showKeys(): void;
  leave(): void;
}

const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];

/** Keys of the wall; none while a text is typed or something is open over it, nor where an element has a use for the key. */
export function useWallKeys(keys: WallKeys, enabled: boolean): void {
  const free = ({ target }: KeyboardEvent) =>
    enabled &&
    !document.querySelector('[role=dialog], [role=menu]') &&
    !(target instanceof Element && target.closest('input:not([type=radio]), [data-keys=own]'));
  const on = (act: () => void) => (event: KeyboardEvent) => {
    if (free(event)) act();
  };
  const walk = (arrow: string) => (event: KeyboardEvent) => {
    if (!free(event) || (event.target instanceof Element && event.target.closest('[role=radiogroup]'))) return;
    event.preventDefault();
    keys.walk(arrow);
  };
  const asIs = { preventDefault: false };
  useHotkeys(
    [
      ...digits.map((digit): HotkeyItem => [String(digit), on(() => keys.open(digit - 1)), asIs]),
      ...arrows.map((arrow): HotkeyItem => [arrow, walk(arrow), asIs]),
      ['[', on(() => keys.turn(-1)), asIs],
      [']', on(() => keys.turn(1)), asIs],
      ['PageUp', on(() => keys.turn(-1)), asIs],
      ['PageDown', on(() => keys.turn(1)), asIs],
      ['F', on(keys.toggleFullScreen), asIs],
      ['R', on(keys.toggleRotation), asIs],
      ['A', on(keys.arrange), asIs],
      ['?', on(keys.showKeys), asIs],
      ['shift+?', on(keys.showKeys), asIs],
      ['Escape', on(keys.leave), asIs],
    ],
    ['TEXTAREA', 'SELECT'],
  );
}

type HotkeyItem = Parameters<typeof useHotkeys>[0][number];
