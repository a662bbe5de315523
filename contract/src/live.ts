import { type Static, Type } from './primitives.ts';

/** Which of a camera's streams: its full picture, or the smaller one that it sends beside it. */
export const StreamNameSchema = Type.Enum(['main', 'sub'], {
  default: 'main',
  description: "`main`: the camera's full picture; `sub`: its substream.",
});
export type StreamName = Static<typeof StreamNameSchema>;

/** What live viewers may ask for; the same for every way of watching. */
export const LiveQuerySchema = Type.Object({
  stream: Type.Optional(StreamNameSchema),
  codec: Type.Optional(
    Type.Enum(['any', 'h264'], {
      default: 'any',
      description:
        "`any`: the camera's own bits. `h264`: these if they are H.264, else encoded as long as it is watched.",
    }),
  ),
});
export type LiveQuery = Static<typeof LiveQuerySchema>;
