import { CameraIdSchema, Nullable, type Static, Type, UnixMsSchema } from './primitives.ts';

const strict = { additionalProperties: false };

/** How long a camera's footage is kept. Without limits: until its volume needs the space, oldest first. */
export const RetentionSchema = Type.Object(
  {
    maxAgeDays: Nullable(
      Type.Number({ minimum: 0.04, maximum: 36_500, description: 'Footage older than this goes; null: no limit.' }),
    ),
    maxSizeBytes: Nullable(
      Type.Integer({
        minimum: 1_000_000,
        description: 'The oldest footage beyond this size goes; null: no limit.',
      }),
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

/** What would go now, and what a lock or bookmark keeps from going. */
export const RetentionPreviewSchema = Type.Object({
  at: UnixMsSchema,
  items: Type.Array(RetentionItemSchema, { description: 'Oldest first; neighbouring segments are one item.' }),
  segments: Type.Integer(),
  sizeBytes: Type.Integer(),
  protectedSegments: Type.Integer({ description: 'Would go, were they not locked or bookmarked.' }),
  protectedBytes: Type.Integer(),
});
export type RetentionPreview = Static<typeof RetentionPreviewSchema>;

export const StorageForecastSchema = Type.Object({
  bytesPerDay: Type.Integer({ description: 'What all cameras really wrote, over up to the last 7 days.' }),
  fullInDays: Nullable(
    Type.Number({ description: 'Until the oldest footage has to go; 0 when it does already, null when unknown.' }),
  ),
  keepsDays: Nullable(Type.Number({ description: 'How many days back footage reaches once it is full.' })),
});
export type StorageForecast = Static<typeof StorageForecastSchema>;
