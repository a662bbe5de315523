/** Red, green, blue, each 0 to 1. */
export type Colour = readonly [number, number, number];

/** Colour at (x, y), each 0 to 1 from the top left. */
export type Backdrop = (x: number, y: number) => Colour;

/** Sizes in picture widths, relative to the mover's place. */
interface Shape {
  x: number;
  y: number;
  radiusX: number;
  radiusY: number;
  square: boolean;
  colour: Colour;
}

/** Something that moves; `phase` goes from 0 to 1 over the loop. */
export interface Mover {
  shapes(phase: number): Shape[];
  /** Null while it is out of sight. */
  at(phase: number): { x: number; y: number; scale: number } | null;
}

export interface PaintedScene {
  backdrop: Backdrop;
  movers: Mover[];
}

const mix = (a: Colour, b: Colour, share: number): Colour => {
  const t = Math.min(1, Math.max(0, share));
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
};
const within = (value: number, from: number, to: number) => value >= from && value < to;
const distance = (x: number, y: number, cx: number, cy: number) => Math.hypot(x - cx, (y - cy) * 0.5625);
const ellipse = (x: number, y: number, radiusX: number, radiusY: number, colour: Colour): Shape => ({
  ...{ x, y, radiusX, radiusY, colour },
  square: false,
});
const box = (x: number, y: number, radiusX: number, radiusY: number, colour: Colour): Shape => ({
  ...ellipse(x, y, radiusX, radiusY, colour),
  square: true,
});

/** A wall with a door and a lamp at dusk. */
const frontDoor: Backdrop = (x, y) => {
  const light = Math.max(0, 1 - distance(x, y, 0.72, 0.26) / 0.42);
  let colour: Colour;
  if (y > 0.82) colour = mix([0.2, 0.2, 0.22], [0.3, 0.29, 0.29], y);
  else if (within(x, 0.42, 0.62) && y > 0.24) colour = doorAt((x - 0.42) / 0.2, (y - 0.24) / 0.58);
  else if (within(x, 0.1, 0.32) && within(y, 0.26, 0.58)) colour = windowAt((x - 0.1) / 0.22, (y - 0.26) / 0.32);
  else colour = brickAt(x, y);
  if (distance(x, y, 0.72, 0.26) < 0.016) return [1, 0.93, 0.72];
  return mix(colour, [1, 0.78, 0.45], light * light * 0.55);
};

function brickAt(x: number, y: number): Colour {
  const row = Math.floor(y * 26);
  const mortar = (y * 26) % 1 < 0.1 || (x * 20 + (row % 2) * 0.5) % 1 < 0.05;
  const shade = ((row * 7 + Math.floor(x * 20 + (row % 2) * 0.5) * 13) % 5) / 60;
  return mortar ? [0.3, 0.27, 0.26] : [0.38 + shade, 0.25 + shade, 0.22 + shade];
}

function doorAt(x: number, y: number): Colour {
  if (x < 0.06 || x > 0.94 || y < 0.04) return [0.75, 0.72, 0.67];
  if (distance(x, y * 2, 0.84, 1.1) < 0.03) return [0.9, 0.78, 0.4];
  const panel = within(x, 0.18, 0.46) || within(x, 0.54, 0.82);
  return panel && (within(y, 0.14, 0.46) || within(y, 0.56, 0.9)) ? [0.1, 0.26, 0.25] : [0.13, 0.32, 0.31];
}

function windowAt(x: number, y: number): Colour {
  if (x < 0.05 || x > 0.95 || y < 0.06 || y > 0.94 || within(x, 0.48, 0.52)) return [0.78, 0.76, 0.7];
  return mix([0.16, 0.2, 0.3], [0.3, 0.36, 0.46], 1 - y);
}

/** Lawn, trees, hills and an evening sky. */
const garden: Backdrop = (x, y) => {
  const hills = 0.46 + 0.05 * Math.sin(x * 7) + 0.025 * Math.sin(x * 17 + 1);
  for (const [cx, cy, radius] of [
    [0.16, 0.42, 0.11],
    [0.24, 0.48, 0.08],
    [0.84, 0.44, 0.12],
  ] as const) {
    if (distance(x, y, cx, cy) < radius) return mix([0.1, 0.3, 0.14], [0.22, 0.46, 0.2], (cy + 0.2 - y) * 2);
    if (Math.abs(x - cx) < 0.012 && within(y, cy, 0.76)) return [0.26, 0.18, 0.12];
  }
  if (y > 0.62) {
    const path = Math.abs(x - 0.5 - (0.82 - y) * 0.35) < 0.03 + (y - 0.62) * 0.28;
    if (path) return mix([0.62, 0.56, 0.46], [0.72, 0.66, 0.55], y);
    return mix([0.3, 0.5, 0.24], [0.2, 0.38, 0.17], y + 0.03 * Math.sin(x * 40));
  }
  if (y > 0.54) return (x * 42) % 1 < 0.62 || y > 0.6 ? [0.72, 0.67, 0.58] : [0.33, 0.5, 0.3];
  if (y > hills) return mix([0.32, 0.46, 0.42], [0.24, 0.38, 0.32], (y - hills) * 8);
  if (distance(x, y, 0.62, 0.2) < 0.035) return [1, 0.92, 0.74];
  return mix([0.38, 0.56, 0.78], [0.96, 0.78, 0.6], y * 2.1);
};

/** A garage door and a driveway. */
const garage: Backdrop = (x, y) => {
  if (y > 0.7) {
    const joint = Math.abs(((x - 0.5) / (0.35 + y)) % 0.25) < 0.004;
    return joint ? [0.34, 0.34, 0.35] : mix([0.46, 0.46, 0.47], [0.56, 0.55, 0.54], y);
  }
  if (within(x, 0.22, 0.78) && y > 0.24) {
    if (x < 0.235 || x > 0.765 || y < 0.26) return [0.84, 0.83, 0.8];
    const line = ((y - 0.26) * 11.4) % 1;
    return line < 0.06 ? [0.5, 0.51, 0.53] : mix([0.7, 0.71, 0.73], [0.62, 0.63, 0.66], line);
  }
  if (y < 0.12 + Math.abs(x - 0.5) * 0.12) return mix([0.42, 0.56, 0.72], [0.7, 0.78, 0.84], y * 5);
  if (y < 0.17 + Math.abs(x - 0.5) * 0.12) return [0.3, 0.2, 0.18];
  return mix([0.76, 0.7, 0.6], [0.66, 0.6, 0.51], y);
};

const coat: Colour = [0.16, 0.2, 0.42];
const skin: Colour = [0.86, 0.68, 0.56];

/** Walks through the picture and back, twice a loop. */
const walker = (y: number, scale: number): Mover => ({
  at: (phase) => {
    const way = (phase * 4) % 2;
    return { x: -0.1 + 1.2 * (way < 1 ? way : 2 - way), y, scale };
  },
  shapes: (phase) => {
    const step = 0.022 * Math.sin(phase * 2 * Math.PI * 90);
    return [
      box(-0.012 + step, 0.105, 0.011, 0.055, [0.12, 0.12, 0.14]),
      box(0.012 - step, 0.105, 0.011, 0.055, [0.12, 0.12, 0.14]),
      ellipse(0, 0.01, 0.034, 0.07, coat),
      ellipse(0, -0.085, 0.02, 0.025, skin),
      ellipse(0, -0.1, 0.021, 0.014, [0.22, 0.15, 0.1]),
    ];
  },
});

/** Runs about the lawn. */
const dog: Mover = {
  at: (phase) => ({
    x: 0.5 + 0.34 * Math.sin(phase * 2 * Math.PI * 5),
    y: 0.84 + 0.05 * Math.sin(phase * 2 * Math.PI * 10) - 0.012 * Math.abs(Math.sin(phase * 2 * Math.PI * 120)),
    scale: 1,
  }),
  shapes: (phase) => {
    const ahead = Math.cos(phase * 2 * Math.PI * 5) > 0 ? 1 : -1;
    const step = 0.01 * Math.sin(phase * 2 * Math.PI * 120);
    const fur: Colour = [0.55, 0.36, 0.2];
    return [
      box(-0.028 + step, 0.035, 0.005, 0.022, fur),
      box(0.028 - step, 0.035, 0.005, 0.022, fur),
      ellipse(0, 0.005, 0.046, 0.02, fur),
      ellipse(ahead * 0.05, -0.018, 0.019, 0.016, fur),
      ellipse(ahead * 0.066, -0.014, 0.01, 0.008, [0.3, 0.2, 0.14]),
      ellipse(-ahead * 0.046, -0.012, 0.02, 0.005, fur),
    ];
  },
};

/** Comes up the driveway, stands for a while, leaves. */
const car: Mover = {
  at: (phase) => {
    const way = (phase * 3) % 1;
    if (way > 0.86) return null;
    const far = way < 0.25 ? 1 - way / 0.25 : way > 0.6 ? (way - 0.6) / 0.26 : 0;
    return { x: 0.5, y: 0.68 + 0.44 * far, scale: 1 + 1.4 * far };
  },
  shapes: () => {
    const paint: Colour = [0.66, 0.14, 0.12];
    return [
      box(-0.1, 0.06, 0.018, 0.026, [0.08, 0.08, 0.09]),
      box(0.1, 0.06, 0.018, 0.026, [0.08, 0.08, 0.09]),
      ellipse(0, -0.035, 0.098, 0.055, paint),
      ellipse(0, -0.04, 0.084, 0.04, [0.16, 0.2, 0.26]),
      box(0, 0.025, 0.128, 0.035, paint),
      box(-0.1, 0.018, 0.02, 0.009, [1, 0.86, 0.5]),
      box(0.1, 0.018, 0.02, 0.009, [1, 0.86, 0.5]),
      box(0, 0.04, 0.03, 0.009, [0.9, 0.9, 0.86]),
    ];
  },
};

const scenes: PaintedScene[] = [
  { backdrop: frontDoor, movers: [walker(0.62, 1.05)] },
  { backdrop: garden, movers: [dog] },
  { backdrop: garage, movers: [car] },
];

/** By number; they repeat. */
export const paintScene = (look: number): PaintedScene => scenes[look % scenes.length] ?? (scenes[0] as PaintedScene);
