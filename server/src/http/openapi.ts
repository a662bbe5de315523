import { STATUS_CODES } from 'node:http';
import * as contract from '@nightjar/contract';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Without what only our own validation reads. */
const plain = (schema: unknown): JsonObject =>
  JSON.parse(
    JSON.stringify(schema, (key, value) => (key === 'errorMessage' && typeof value === 'string' ? undefined : value)),
  );

/** The named shapes of the contract: `CameraSchema` is `Camera`. */
const shapes = Object.entries(contract).flatMap(([name, value]): [name: string, schema: JsonObject][] =>
  name.endsWith('Schema') && isObject(value) && ('properties' in value || 'allOf' in value || 'anyOf' in value)
    ? [[name.replace(/Schema$/, ''), plain(value)]]
    : [],
);
const nameOf = new Map(shapes.map(([name, schema]) => [fingerprint(schema), name]));

/**
 * The same for a schema of the contract and for what @fastify/swagger makes of it: it reorders, writes `const` as `enum`
 * and takes examples out. An error answer is the common shape, but described by the codes it can have there.
 */
function fingerprint({ examples, description, ...schema }: JsonObject): string {
  return JSON.stringify(schema, (_, value) => {
    if (!isObject(value)) return value;
    const { const: only, ...rest } = value;
    const entries = Object.entries(only === undefined ? rest : { ...rest, enum: [only] });
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Makes a document that is generated from inlined schemas fit to be read: names, references, no filler. */
export function readable(document: object): object {
  const { paths, components, ...rest } = plain(document);
  const schemas = Object.fromEntries(shapes.map(([name, schema]) => [name, inside(schema)]));
  for (const [path, methods] of Object.entries(paths as { [path: string]: JsonObject })) {
    // Every GET answers HEAD too.
    delete methods.head;
    for (const [method, operation] of Object.entries(methods)) complete(path, method, operation as JsonObject);
  }
  const kept = isObject(components) ? components : {};
  return { ...rest, paths: inside(paths as JsonObject), components: { ...kept, schemas } };
}

/** Replaces each schema that the contract names by a reference. */
function referring(value: Json): Json {
  const name = isObject(value) ? nameOf.get(fingerprint(value)) : undefined;
  return name === undefined ? inside(value) : { $ref: `#/components/schemas/${name}` };
}

function inside(value: Json): Json {
  if (Array.isArray(value)) return value.map(referring);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, referring(child)]));
}

function complete(path: string, method: string, operation: JsonObject): void {
  operation.operationId ??= operationId(path, method);
  const responses = (operation.responses ?? {}) as JsonObject;
  for (const [status, response] of Object.entries(responses)) {
    if (isObject(response) && response.description === 'Default Response') {
      response.description = STATUS_CODES[status] ?? status;
    }
  }
  const schema = { $ref: '#/components/schemas/ApiError' };
  responses.default = { description: 'Any other failure.', content: { 'application/json': { schema } } };
  operation.responses = responses;
}

/** `GET /api/v1/cameras/{id}/status` is `getCamerasByIdStatus`. */
function operationId(path: string, method: string): string {
  const words = path
    .replace(/^\/api\/v1/, '')
    .replace(/\{(\w+)\}/g, (_, name: string) => `by-${name}`)
    .split(/[^a-zA-Z0-9]+/)
    .filter(Boolean);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
