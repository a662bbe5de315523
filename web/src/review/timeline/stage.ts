import { paintAxis, paintLabelLines, paintStrongLines } from './paint-axis.ts';
import { paintOverlay } from './paint-overlay.ts';
import { paintRows } from './paint-rows.ts';
import type { Scene } from './scene.ts';

export interface Canvases {
  axis: HTMLCanvasElement;
  rows: HTMLCanvasElement;
  overlay: HTMLCanvasElement;
}

/** Whether only what moves over the footage has changed, or the footage too. */
type Change = 'overlay' | 'all';

/** Draws a scene in the browser's next frame when something has changed, and never otherwise. */
export class Stage {
  readonly #canvases: Canvases;
  readonly #sceneOf: () => Scene | null;
  readonly #onDrawn: (scene: Scene) => void;
  #change: Change | null = null;
  #request = 0;

  constructor(canvases: Canvases, sceneOf: () => Scene | null, onDrawn: (scene: Scene) => void) {
    this.#canvases = canvases;
    this.#sceneOf = sceneOf;
    this.#onDrawn = onDrawn;
  }

  readonly invalidate = (change: Change = 'all'): void => {
    if (this.#change !== 'all') this.#change = change;
    this.#request ||= requestAnimationFrame(this.#draw);
  };

  destroy(): void {
    cancelAnimationFrame(this.#request);
  }

  readonly #draw = (): void => {
    const change = this.#change;
    this.#request = 0;
    this.#change = null;
    const scene = this.#sceneOf();
    if (!scene || change === null) return;
    const { axis, rows, overlay } = this.#canvases;
    const { width, axisHeight, rowsHeight, visible } = scene;
    if (change === 'all') {
      const scale = paintAxis(contextOf(axis, width, axisHeight), scene);
      const context = contextOf(rows, width, rowsHeight);
      context.clearRect(0, visible.top, width, visible.bottom - visible.top);
      paintLabelLines(context, scene, scale);
      paintRows(context, scene);
      paintStrongLines(context, scene, scale);
    }
    paintOverlay(contextOf(overlay, width, axisHeight + visible.bottom - visible.top), scene);
    this.#onDrawn(scene);
  };
}

/** The canvas in pixels of the screen, its context in pixels of the page. */
function contextOf(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws no canvas');
  const scale = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}
