import { CameraIdSchema, Nullable, type Static, Type } from './primitives.ts';

const strict = { additionalProperties: false };

/** Pictures at once. */
export const tileCounts = [1, 4, 9, 16, 25] as const;
export type TileCount = (typeof tileCounts)[number];

/** How long a page of a wall that rotates is shown, seconds. */
export const rotateRange = { minimum: 5, maximum: 300 } as const;

/** Ids that the web pages use for what is there without being saved. */
export const reservedLayoutIds: readonly string[] = ['all', 'groups'];

const name = Type.String({
  minLength: 1,
  maxLength: 80,
  pattern: '\\S',
  description: 'Unique, whatever its case.',
  examples: ['Shop floor'],
});
const tiles = Type.Enum([...tileCounts], { default: 9, description: 'Pictures at once.' });
const shows = Type.Enum(['cameras', 'groups', 'all'], {
  default: 'cameras',
  description:
    '`cameras`: those of `cameraIds`, in their places; `groups`: the cameras of `groups`, each group on pages of its own; ' +
    '`all`: every camera, by group and name. The last two follow whatever cameras are added.',
});
const cameraIds = Type.Array(Nullable(CameraIdSchema), {
  maxItems: 400,
  default: [],
  description: 'The places, row by row and page by page; null: an empty place. A camera may be in several.',
});
const groups = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  maxItems: 100,
  default: [],
  description: 'Names of groups in the order of their pages; empty: every group.',
});
const rotateSeconds = Nullable(
  Type.Integer({ ...rotateRange, description: 'How long each page is shown before the next; null: until told.' }),
);

const settings = { name, tiles, shows, cameraIds, groups, rotateSeconds };

/** A wall as somebody has put it together; kept in the recorder, so that every browser has it. */
export const LayoutSchema = Type.Object(
  {
    id: Type.String({ description: 'Slug, made from the name it was first given.', examples: ['shop-floor'] }),
    ...settings,
  },
  strict,
);
export type Layout = Static<typeof LayoutSchema>;

/** Body of `POST /api/v1/layouts`. */
export const LayoutCreateSchema = Type.Object(
  {
    name,
    tiles: Type.Optional(tiles),
    shows: Type.Optional(shows),
    cameraIds: Type.Optional(cameraIds),
    groups: Type.Optional(groups),
    rotateSeconds: Type.Optional(rotateSeconds),
  },
  { ...strict, examples: [{ name: 'Shop floor', tiles: 4, cameraIds: ['front-door', null], rotateSeconds: 20 }] },
);
export type LayoutCreate = Static<typeof LayoutCreateSchema>;

/** Body of `PATCH /api/v1/layouts/{id}`; what is left out stays as it is. */
export const LayoutPatchSchema = Type.Partial(Type.Object(settings), {
  ...strict,
  examples: [{ tiles: 9, cameraIds: [null, 'front-door'], rotateSeconds: null }],
});
export type LayoutPatch = Static<typeof LayoutPatchSchema>;
