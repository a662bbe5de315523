import { useHotkeys } from '@mantine/hooks';
import type { ReviewActions } from './review-actions.ts';

/** Keys of the review page; none while a text is being typed, nor where an element has a use for the key itself. */
export function useReviewKeys(actions: ReviewActions): void {
  const control = { preventDefault: false };
  useHotkeys([
    ['space', unlessUsedBy('button:focus-visible, a:focus-visible', actions.togglePlay), control],
    ['ArrowLeft', unlessUsedBy('[role=grid], table', () => actions.jump(-5)), control],
    ['ArrowRight', unlessUsedBy('[role=grid], table', () => actions.jump(5)), control],
    ['ArrowUp', unlessUsedBy('[role=grid], table', () => actions.changeRate(1)), control],
    ['ArrowDown', unlessUsedBy('[role=grid], table', () => actions.changeRate(-1)), control],
    ['K', () => actions.pause()],
    ['J', () => actions.jump(-10)],
    ['L', () => actions.jump(10)],
    ['shift+ArrowLeft', () => actions.step(-1)],
    ['shift+ArrowRight', () => actions.step(1)],
    ['PageUp', () => actions.moveDay(-1)],
    ['PageDown', () => actions.moveDay(1)],
    ['plus', () => actions.zoom(0.5)],
    ['shift+plus', () => actions.zoom(0.5)],
    ['minus', () => actions.zoom(2)],
    ['0', () => actions.showDay()],
    ['G', () => actions.askForTime()],
    ['S', () => actions.snapshot()],
    ['M', () => actions.toggleSound()],
    ['F', () => actions.toggleFullScreen()],
    ['shift+?', () => actions.showKeys()],
  ]);
}

/** A button is pressed by the space bar, a calendar is walked with the arrows. */
const unlessUsedBy = (selector: string, act: () => void) => (event: KeyboardEvent) => {
  if (event.target instanceof Element && event.target.closest(selector)) return;
  event.preventDefault();
  act();
};
