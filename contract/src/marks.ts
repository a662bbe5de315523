import { CameraIdSchema, InstantSchema, MadeBySchema, type Static, Type, UnixMsSchema } from './primitives.ts';

const strict = { additionalProperties: false };

const kind = Type.Enum(['bookmark', 'lock'], {
  description: 'Both keep the footage of their range from being cleaned away; a bookmark is also shown as a place.',
});
/** The last instant that dates have (ECMA-262, 21.4.1.1). */
const maximum = 8.64e15;
const from = {
  ...UnixMsSchema,
  maximum,
  description: 'Unix milliseconds; a segment that this range touches is kept whole.',
};
const to = { ...UnixMsSchema, maximum, description: 'Unix milliseconds, later than `from`; may lie in the future.' };
const title = Type.String({ maxLength: 200, default: '' });
const note = Type.String({ maxLength: 4000, default: '' });

/** Body of `POST /api/v1/marks`: a range of a camera's footage, `[from, to)`, to be kept. */
export const MarkCreateSchema = Type.Object(
  {
    cameraId: CameraIdSchema,
    kind,
    from,
    to,
    title: Type.Optional(title),
    note: Type.Optional(note),
    madeBy: Type.Optional(MadeBySchema),
  },
  {
    ...strict,
    examples: [
      { cameraId: 'front-door', kind: 'lock', from: 1795356180000, to: 1795356480000, title: 'Broken window' },
    ],
  },
);
export type MarkCreate = Static<typeof MarkCreateSchema>;

/** Body of `PATCH /api/v1/marks/{id}`; what is left out stays as it is. */
export const MarkPatchSchema = Type.Partial(Type.Object({ kind, from, to, title, note }), {
  ...strict,
  examples: [{ to: 1795356600000, note: 'Reported to the police' }],
});
export type MarkPatch = Static<typeof MarkPatchSchema>;

export const MarkSchema = Type.Object(
  {
    id: Type.Integer(),
    cameraId: CameraIdSchema,
    kind,
    from,
    to,
    title,
    note,
    madeBy: Type.String({ description: 'Who made it: a name as it was given, else an address; empty when unknown.' }),
    createdAt: UnixMsSchema,
  },
  strict,
);
export type Mark = Static<typeof MarkSchema>;

/** Query of `GET /api/v1/marks`. */
export const MarkQuerySchema = Type.Object({
  cameraId: Type.Optional(Type.String({ description: 'Only marks of this camera, which may be removed already.' })),
  from: Type.Optional({ ...InstantSchema, description: 'Only marks that end after this instant.' }),
  to: Type.Optional({ ...InstantSchema, description: 'Only marks that begin before this instant.' }),
});
export type MarkQuery = Static<typeof MarkQuerySchema>;
