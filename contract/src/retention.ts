import { CameraIdSchema, Nullable, type Static, Type, UnixMsSchema } from './primitives.ts';

const strict = { additionalProperties: false };

const maxAgeDays = (description: string) => Type.Number({ minimum: 0.04, maximum: 36_500, description });
const maxSizeBytes = (description: string) => Type.Integer({ minimum: 1_000_000, description });

/** How long a camera's footage is kept. Without limits: until its volume needs the space, oldest first. */
export const RetentionSchema = Type.Object(
  {
    maxAgeDays: Nullable(maxAgeDays('Footage older than this goes; null: no limit.')),
    maxSizeBytes: Nullable(
      maxSizeBytes(
        "The oldest footage beyond this size goes, the substream's counted, locked and bookmarked not; null: no limit.",
      ),
    ),
  },
  strict,
);
export type Retention = Static<typeof RetentionSchema>;

/** Which rule takes it: the camera's age or size, the volume's quota or its free space. */
export const removalReasons = ['age', 'size', 'quota', 'space'] as const;
export type RemovalReason = (typeof removalReasons)[number];

export const RetentionItemSchema = Type.Object({
  cameraId: CameraIdSchema,
  volumeId: Type.String(),
  reason: Type.Enum([...removalReasons]),
  from: UnixMsSchema,
  to: UnixMsSchema,
  segments: Type.Integer(),
  sizeBytes: Type.Integer(),
});
export type RetentionItem = Static<typeof RetentionItemSchema>;

/** Query of `GET /api/v1/retention/preview`: what would be, were the limits others than those that are saved. */
export const RetentionPreviewQuerySchema = Type.Object({
  cameraId: Type.Optional(Type.String({ description: 'Only what would go of this camera.' })),
  maxAgeDays: Type.Optional(
    maxAgeDays('Try this limit, for the camera or for all. A limit that is left out beside another is none.'),
  ),
  maxSizeBytes: Type.Optional(maxSizeBytes('Try this limit, for the camera or for all.')),
});
export type RetentionPreviewQuery = Static<typeof RetentionPreviewQuerySchema>;

/** What would go now, and what a lock or bookmark keeps from going. */
export const RetentionPreviewSchema = Type.Object({
  at: UnixMsSchema,
  items: Type.Array(RetentionItemSchema, {
    description: 'Oldest first; segments with none between them that stays are one item.',
  }),
  segments: Type.Integer(),
  sizeBytes: Type.Integer(),
  protectedSegments: Type.Integer({ description: 'Would go, were they not locked or bookmarked.' }),
  protectedBytes: Type.Integer(),
});
export type RetentionPreview = Static<typeof RetentionPreviewSchema>;

export const StorageForecastSchema = Type.Object({
  bytesPerDay: Type.Integer({
    description: 'What the cameras that are to record have really written, over up to the last 7 days.',
  }),
  fullInDays: Nullable(
    Type.Number({
      description:
        'Until the oldest footage has to go for want of space; 0 when it does already. null: not known yet, or, when ' +
        '`keepsDays` is known, never, for the limits of the cameras take it before.',
    }),
  ),
  keepsDays: Nullable(
    Type.Number({
      description:
        'How many days back footage reaches once all is full, of cameras without a limit; null: not known yet.',
    }),
  ),
});
export type StorageForecast = Static<typeof StorageForecastSchema>;
