/** Colours of the page's scheme, as the style sheet has them, and what is made of them. */
export interface Palette {
  page: string;
  panel: string;
  text: string;
  dimmed: string;
  line: string;
  track: string;
  recorded: string;
  recordedSoft: string;
  red: string;
  redSoft: string;
  amber: string;
  font: string;
  missing: CanvasPattern | string;
  off: CanvasPattern | string;
  removed: CanvasPattern | string;
}

export function paletteOf(element: Element, scale: number): Palette {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const [red, dimmed, line] = [color('--nj-red'), color('--nj-dimmed'), color('--nj-line')];
  return {
    page: color('--nj-page'),
    panel: color('--nj-panel'),
    text: color('--nj-text'),
    dimmed,
    line,
    track: color('--nj-track'),
    recorded: color('--nj-recorded'),
    recordedSoft: color('--nj-recorded-soft'),
    red,
    redSoft: color('--nj-red-soft'),
    amber: color('--nj-amber'),
    font: style.fontFamily,
    missing: hatch({ color: red, ground: color('--nj-red-soft'), width: 1.6, rising: true, scale }),
    off: hatch({ color: dimmed, ground: null, width: 0.6, rising: false, scale }),
    removed: dots(dimmed, scale),
  };
}

const tilePx = 7;

interface HatchWish {
  color: string;
  ground: string | null;
  width: number;
  /** `/` instead of `\`. */
  rising: boolean;
  scale: number;
}

function hatch({ color, ground, width, rising, scale }: HatchWish): CanvasPattern | string {
  return tiled(color, scale, (context) => {
    if (ground) {
      context.fillStyle = ground;
      context.fillRect(0, 0, tilePx, tilePx);
    }
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    for (const x of [-tilePx, 0, tilePx]) {
      context.moveTo(x - 1, rising ? tilePx + 1 : -1);
      context.lineTo(x + tilePx + 1, rising ? -1 : tilePx + 1);
    }
    context.stroke();
  });
}

const dots = (color: string, scale: number): CanvasPattern | string =>
  tiled(color, scale, (context) => {
    context.fillStyle = color;
    context.globalAlpha = 0.7;
    context.fillRect(3, 3, 1, 1);
  });

/** A pattern of whole device pixels; a plain colour where a canvas gives none. */
function tiled(
  color: string,
  scale: number,
  draw: (context: CanvasRenderingContext2D) => void,
): CanvasPattern | string {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(tilePx * scale);
  canvas.height = canvas.width;
  const context = canvas.getContext('2d');
  if (!context) return color;
  context.scale(canvas.width / tilePx, canvas.width / tilePx);
  draw(context);
  const pattern = context.createPattern(canvas, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(tilePx / canvas.width));
  return pattern ?? color;
}
