/** An error as TypeBox reports it: JSON Schema keyword, JSON pointers to the schema and to the value. */
export interface SchemaProblem {
  keyword: string;
  schemaPath: string;
  instancePath: string;
  params: Record<string, unknown>;
  message: string;
}

interface Problem {
  /** Dotted path; empty for the whole value. */
  field: string;
  /** What the field must be, for a person: `must be at least 1`. */
  message: string;
}

/** Keywords that only sum up what another error tells better. */
const summaries = new Set(['anyOf', 'oneOf', 'allOf', 'boolean', 'not', 'if']);

const isNullType = ({ keyword, params }: SchemaProblem) => keyword === 'type' && params.type === 'null';

/** The first problem worth telling, out of all that a schema reports. */
export function describeProblem(schema: object, problems: SchemaProblem[]): Problem {
  const telling = problems.filter((problem) => !summaries.has(problem.keyword));
  // A field nobody knows is most likely one that is missing, misspelt.
  const problem =
    telling.find(({ keyword }) => keyword === 'additionalProperties') ??
    telling.find((candidate) => !isNullType(candidate)) ??
    telling[0];
  if (!problem) return { field: fieldOf(problems[0]?.instancePath ?? ''), message: 'is not valid' };
  const orNull = telling.some((other) => isNullType(other) && other.instancePath === problem.instancePath);
  const [parent, params] = [problem.instancePath, problem.params];
  if (problem.keyword === 'additionalProperties') {
    const field = fieldOf(parent, namesIn(params.additionalProperties)[0]);
    return { field, message: 'is not a known field' };
  }
  if (problem.keyword === 'required') {
    return { field: fieldOf(parent, namesIn(params.requiredProperties)[0]), message: 'is required' };
  }
  return { field: fieldOf(parent), message: expectation(schema, problem) + (orNull ? ' or null' : '') };
}

function expectation(schema: object, { keyword, params, message, schemaPath }: SchemaProblem): string {
  const limit = Number(params.limit);
  switch (keyword) {
    case 'type':
      return `must be ${typeNames[String(params.type)] ?? String(params.type)}`;
    case 'enum':
      return `must be one of ${namesIn(params.allowedValues).join(', ')}`;
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case 'minimum':
      return `must be at least ${limit}`;
    case 'maximum':
      return `must be at most ${limit}`;
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`;
    case 'maxLength':
      return `must have at most ${limit} characters`;
    case 'minItems':
      return limit === 1 ? 'must not be empty' : `must have at least ${limit} items`;
    case 'maxItems':
      return `must have at most ${limit} items`;
    case 'pattern':
      return patternExpectation(schemaAt(schema, schemaPath)) ?? message;
    default:
      return message;
  }
}

const typeNames: Record<string, string> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

/** A schema with a pattern says in `errorMessage` what it wants, or at least shows an example. */
function patternExpectation(schema: unknown): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  if ('errorMessage' in schema) return String(schema.errorMessage);
  return 'examples' in schema && Array.isArray(schema.examples) ? `must look like ${schema.examples[0]}` : undefined;
}

function schemaAt(schema: object, schemaPath: string): unknown {
  const keys = schemaPath.replace(/^#\/?/, '').split('/').filter(Boolean).map(unescapePointer);
  return keys.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    schema,
  );
}

const namesIn = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : []);

/** RFC 6901 section 4. */
const unescapePointer = (key: string) => key.replaceAll('~1', '/').replaceAll('~0', '~');

/** A name comes from whoever sent the request: shortened, and without what could break a line of the log. */
function fieldOf(pointer: string, name?: string): string {
  const keys = pointer.split('/').slice(1).map(unescapePointer);
  const path = (name === undefined ? keys : [...keys, name]).join('.').toWellFormed();
  const printable = path.replace(/\p{Cc}/gu, '?');
  return printable.length <= 100 ? printable : `${printable.slice(0, 99)}…`;
}
