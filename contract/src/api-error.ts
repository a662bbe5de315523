import { errorCodes } from './errors.ts';
import { type Static, Type } from './primitives.ts';

/** Every non-2xx answer of the API. */
export const ApiErrorSchema = Type.Object({
  code: Type.Enum([...errorCodes]),
  message: Type.String({
    description: 'What happened and what to do. For bad input it begins with the field at fault.',
  }),
  requestId: Type.String({ description: 'Find it in the log.' }),
  field: Type.Optional(Type.String({ description: 'invalid_request: path of the field at fault, e.g. `source.url`.' })),
});
export type ApiError = Static<typeof ApiErrorSchema>;
