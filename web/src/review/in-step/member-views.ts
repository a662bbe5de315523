import type { Member, MemberView } from './member.ts';

const loading: MemberView = { state: 'loading' };

/** What is to be said of each camera, for those who draw it: told only when it is something else. */
export class MemberViews {
  readonly #views = new Map<string, MemberView>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same object until something changes. */
  get(cameraId: string): MemberView {
    return this.#views.get(cameraId) ?? loading;
  }

  update(members: ReadonlyMap<string, Member>, nowMs: number): void {
    let changed = false;
    for (const [cameraId, member] of members) {
      const view = member.view(nowMs);
      if (sameView(view, this.get(cameraId))) continue;
      this.#views.set(cameraId, view);
      changed = true;
    }
    if (changed) for (const listener of this.#listeners) listener();
  }
}

function sameView(a: MemberView, b: MemberView): boolean {
  if (a.state === 'gap' && b.state === 'gap') return a.untilMs === b.untilMs;
  if (a.state === 'failed' && b.state === 'failed') return a.failure.message === b.failure.message;
  return a.state === b.state;
}
