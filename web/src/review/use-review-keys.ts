import { useHotkeys } from '@mantine/hooks';
import type { ReviewActions } from './review-actions.ts';

/** Keys of the review page; none while a text is being typed. */
export function useReviewKeys(actions: ReviewActions): void {
  useHotkeys([
    ['space', actions.togglePlay],
    ['K', () => actions.pause()],
    ['J', () => actions.jump(-10)],
    ['L', () => actions.jump(10)],
    ['ArrowLeft', () => actions.jump(-5)],
    ['ArrowRight', () => actions.jump(5)],
    ['shift+ArrowLeft', () => actions.step(-1)],
    ['shift+ArrowRight', () => actions.step(1)],
    ['ArrowUp', () => actions.changeRate(1)],
    ['ArrowDown', () => actions.changeRate(-1)],
    ['PageUp', () => actions.moveDay(-1)],
    ['PageDown', () => actions.moveDay(1)],
    ['G', () => actions.askForTime()],
    ['S', () => actions.snapshot()],
    ['M', () => actions.toggleSound()],
    ['F', () => actions.toggleFullScreen()],
    ['0', () => actions.showDay()],
    ['shift+?', () => actions.showKeys()],
  ]);
}
