import type { AnyDescriptor } from '@tallystick/chaincode/model';
import { jsonSchemaOf } from '../../gateway/src/http/openapi-schema.js';

/** The part of JSON Schema that requests are described with. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly $ref?: string;
}

/** Texts that have a name, by how their pattern begins. */
const NAMED: readonly (readonly [start: string, name: string])[] = [
  ['^baf', 'Cid'],
  ['^age1', 'AgeRecipient'],
  ['^0x[0-9a-f]{40}', 'EthereumAddress'],
  ['^(?:[0-9a-f]{2}){16,32}', 'Nonce'],
  ['^[0-9a-f]{64}', 'Hex'],
  ['^0[23][0-9a-f]', 'Hex'],
  ['^0x[0-9a-f]{130}', 'Hex'],
  ['^(?:0|[1-9]', 'Decimal'],
  ['^(?:space|', 'LedgerKey'],
];

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Ids say what they are in the words in which they are refused: `must be a claim id`, `must be an id of: claim, grant`. */
function idOf(description: string): string | undefined {
  const kinds = /^must be (?:an? (\w+) id|an id of: (.+))$/.exec(description);
  return (kinds?.[1] ?? kinds?.[2])
    ?.split(', ')
    .map((kind) => `${capital(kind)}Id`)
    .join(' | ');
}

function textOf({ description = '', pattern = '', format }: Schema): string {
  const id = idOf(description);
  if (id !== undefined) return id;
  if (description.startsWith('must be sha256:')) return 'Digest';
  if (format === 'base64') return 'Base64';
  return NAMED.find(([start]) => pattern.startsWith(start))?.[1] ?? 'Text';
}

function objectOf({ properties = {}, required = [] }: Schema): string {
  const members = Object.entries(properties).map(
    ([name, schema]) => `${name}${required.includes(name) ? '' : '?'}: ${typeOf(schema)}`,
  );
  return `{ ${members.join('; ')} }`;
}

const union = (schemas: readonly Schema[]): string => [...new Set(schemas.map(typeOf))].join(' | ');

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : JSON.stringify(value);

const OF_TYPE: Readonly<Record<string, (schema: Schema) => string>> = {
  object: objectOf,
  array: ({ items = {} }) => {
    const item = typeOf(items);
    return item.includes(' | ') && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
  },
  string: textOf,
  integer: () => 'Integer',
  number: () => 'Integer',
  boolean: () => 'boolean',
  null: () => 'null',
};

/** A schema in the notation of TypeScript, for people. */
function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return 'Json';
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  if (schema.const !== undefined) return literal(schema.const);
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return union(either);
  return OF_TYPE[schema.type ?? '']?.(schema) ?? 'Json';
}

/** The request of a transaction as a type declaration. */
export const requestType = ({ name, request }: AnyDescriptor): string =>
  `type ${name.split(':').map(capital).join('')} = ${typeOf(jsonSchemaOf(request))};`;
