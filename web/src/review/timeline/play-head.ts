import { formatClock, formatDate } from '../../time/format.ts';
import { xOf } from './geometry.ts';
import type { Hover } from './hover.ts';
import type { Scene } from './scene.ts';
import { hoverWords } from './words.ts';

/** Nobody listens to a value faster. */
const tellEveryMs = 500;

/** Keeps the slider of the play head where it is drawn, with a value that can be read out. */
export class PlayHeadValue {
  readonly #slider: HTMLElement;
  #toldAt = Number.NEGATIVE_INFINITY;
  #timer = 0;

  constructor(slider: HTMLElement) {
    this.#slider = slider;
  }

  show(scene: Scene, under: () => Hover | null): void {
    const { view, width, playHeadMs } = scene;
    const x = Math.min(Math.max(0, xOf(view, width, playHeadMs)), width);
    this.#slider.style.transform = `translateX(${Math.round(x)}px)`;
    const wait = this.#toldAt + tellEveryMs - performance.now();
    window.clearTimeout(this.#timer);
    if (wait <= 0) this.#tell(scene, under());
    else this.#timer = window.setTimeout(() => this.#tell(scene, under()), wait);
  }

  #tell({ view, playHeadMs, local }: Scene, under: Hover | null): void {
    this.#toldAt = performance.now();
    const { timeZone } = local;
    const moment = `${formatDate(playHeadMs, timeZone, 'with-year')}, ${formatClock(playHeadMs, timeZone)}`;
    const values = {
      'aria-valuemin': Math.floor(view.from),
      'aria-valuemax': Math.ceil(view.to),
      'aria-valuenow': Math.round(playHeadMs),
      'aria-valuetext': under ? `${moment}, ${under.camera.name}: ${hoverWords(under, timeZone).join(', ')}` : moment,
    };
    for (const [name, value] of Object.entries(values)) this.#slider.setAttribute(name, String(value));
  }
}
