import * as z from 'zod';
import type { Described, JsonSchema } from './route.js';

const COMPONENTS = '#/components/schemas';

/** Reference to a schema that some route puts among its `components`. */
export const schemaRef = (name: string): JsonSchema => ({ $ref: `${COMPONENTS}/${name}` });

/** Any JSON value; zod writes it as a definition that refers to itself. */
export const ANY_JSON = 'AnyJson';

type Mutable = Record<string, unknown>;

// Ids and digests are checks without a JSON Schema of their own; the message says what the text must be.
function describeCustom({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: Mutable;
}): void {
  if (zodSchema._zod.def.type !== 'custom') return;
  const description = z.safeParse(zodSchema, null).error?.issues[0]?.message;
  Object.assign(jsonSchema, { type: 'string', ...(description !== undefined && { description }) });
}

function fromZod(schema: z.ZodType): Mutable {
  const text = JSON.stringify(
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: describeCustom }),
    (key, value: unknown) => {
      if (key === '$schema' || key === '$defs') return undefined;
      return key === '$ref' ? `${COMPONENTS}/${ANY_JSON}` : value;
    },
  );
  return JSON.parse(text) as Mutable;
}

const members = (schema: unknown): Mutable => (schema as { properties: Mutable }).properties;

function leaveOut(schema: Mutable, [name = '', ...rest]: readonly string[]): void {
  if (rest.length > 0) {
    leaveOut(members(schema)[name] as Mutable, rest);
    return;
  }
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a fresh object of ours, not a map of a client's
  delete members(schema)[name];
  makeOptional(schema, name);
}

function makeOptional(schema: Mutable, name: string): void {
  const required = (schema['required'] ?? []) as readonly string[];
  schema['required'] = required.filter((one) => one !== name);
}

/** JSON Schema 2020-12 of a described value, fit to stand in an OpenAPI 3.1 document. */
export function jsonSchemaOf(described: Described): JsonSchema {
  if (described instanceof z.ZodType) return fromZod(described);
  if ('jsonSchema' in described) return described.jsonSchema;
  const { schema, optional = [], replace = {}, without = [] } = described;
  const json = fromZod(schema);
  for (const name of optional) makeOptional(json, name);
  for (const path of without) leaveOut(json, path);
  Object.assign(members(json), replace);
  return json;
}
