import { CameraIdSchema, type Static, Type, UnixMsSchema } from './primitives.ts';

const strict = { additionalProperties: false };

const kind = Type.Enum(['bookmark', 'lock'], {
  description: 'Both keep the footage of their range from being cleaned away; a bookmark is also shown as a place.',
});
const title = Type.String({ maxLength: 200, default: '' });
const note = Type.String({ maxLength: 4000, default: '' });

/** Body of `POST /api/v1/marks`: a range of a camera's footage, `[from, to)`, to be kept. */
export const MarkCreateSchema = Type.Object(
  {
    cameraId: CameraIdSchema,
    kind,
    from: UnixMsSchema,
    to: UnixMsSchema,
    title: Type.Optional(title),
    note: Type.Optional(note),
  },
  strict,
);
export type MarkCreate = Static<typeof MarkCreateSchema>;

export const MarkPatchSchema = Type.Partial(
  Type.Object({ kind, from: UnixMsSchema, to: UnixMsSchema, title, note }),
  strict,
);
export type MarkPatch = Static<typeof MarkPatchSchema>;

export const MarkSchema = Type.Object(
  {
    id: Type.Integer(),
    cameraId: CameraIdSchema,
    kind,
    from: UnixMsSchema,
    to: UnixMsSchema,
    title,
    note,
    createdAt: UnixMsSchema,
  },
  strict,
);
export type Mark = Static<typeof MarkSchema>;
