import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { NvrError } from '../shared/errors.ts';
import { describeProblem, type SchemaProblem } from './problem.ts';

/**
 * Checks what a request brings against the route's schema. Bodies are taken as they are; in queries and paths, where all
 * is text, `"12"` counts as 12 and defaults are filled in.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  const isBody = httpPart === 'body';
  return (given: unknown) => {
    const value = isBody ? given : Value.Convert(schema, Value.Default(schema, given));
    const problem = validator.Check(value)
      ? unprintableIn(value)
      : describeProblem(schema, validator.Errors(value) as SchemaProblem[]);
    if (!problem) return { value };
    const field = problem.field || (isBody ? 'body' : String(httpPart));
    return { error: new NvrError('invalid_request', `${field}: ${problem.message}`, { field }) };
  };
};

/**
 * Control characters and broken Unicode in a valid value: no name or address needs them, and NUL would end a string early
 * in C. The value has passed its schema, so it is no deeper than that.
 */
function unprintableIn(value: unknown, path: string[] = []): { field: string; message: string } | undefined {
  if (typeof value === 'string') {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
    const bad = /[\u0000-\u001f\u007f]/.test(value) || !value.isWellFormed();
    return bad
      ? { field: path.join('.'), message: 'must not contain control characters or broken Unicode' }
      : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    const problem = unprintableIn(child, [...path, key]);
    if (problem) return problem;
  }
  return undefined;
}
