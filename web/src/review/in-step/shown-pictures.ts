import type { ShownPicture } from '../snapshot/snapshot.ts';
import type { InStep } from './in-step.ts';
import { SessionPlayer } from './session-player.ts';

/** The picture of each camera that has one now, to be saved. */
export function shownPictures(inStep: InStep, nowMs: number): ShownPicture[] {
  return [...inStep.members.values()].flatMap((member) => {
    const isShown = member.view(nowMs).state === 'shown';
    const picture = isShown && member.player instanceof SessionPlayer && member.player.picture;
    return picture ? [picture] : [];
  });
}
