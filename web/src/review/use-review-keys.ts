import { useHotkeys } from '@mantine/hooks';
import type { PageActions } from './controls.tsx';
import type { ReviewActions } from './review-actions.ts';

/** Keys of the review page; none while a text is being typed, nor where an element has a use for the key itself. */
export function useReviewKeys(actions: ReviewActions & PageActions): void {
  const control = { preventDefault: false };
  const walked = '[role=grid], [role=menu], [role=radiogroup], table';
  useHotkeys([
    ['space', unlessUsedBy('button:focus-visible, a:focus-visible', actions.togglePlay), control],
    ['ArrowLeft', unlessUsedBy(walked, () => actions.jump(-5)), control],
    ['ArrowRight', unlessUsedBy(walked, () => actions.jump(5)), control],
    ['ArrowUp', unlessUsedBy(walked, () => actions.changeRate(1)), control],
    ['ArrowDown', unlessUsedBy(walked, () => actions.changeRate(-1)), control],
    ['K', () => actions.pause()],
    ['J', () => actions.backwards()],
    ['L', () => actions.forwards()],
    ['shift+ArrowLeft', () => actions.step(-1)],
    ['shift+ArrowRight', () => actions.step(1)],
    [',', () => actions.step(-1)],
    ['.', () => actions.step(1)],
    ['[', () => actions.selectFrom()],
    [']', () => actions.selectTo()],
    // Where a keyboard has no brackets of its own.
    ['I', () => actions.selectFrom()],
    ['O', () => actions.selectTo()],
    ['Escape', () => actions.clearSelection(), control],
    ['PageUp', () => actions.moveDay(-1)],
    ['PageDown', () => actions.moveDay(1)],
    ['plus', () => actions.zoom(0.5)],
    ['shift+plus', () => actions.zoom(0.5)],
    ['minus', () => actions.zoom(2)],
    ['0', () => actions.showDay()],
    ['G', () => actions.askForTime()],
    ['D', () => actions.showGlance()],
    ['S', () => actions.snapshot()],
    ['B', () => actions.bookmark()],
    ['E', () => actions.exportRange()],
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
