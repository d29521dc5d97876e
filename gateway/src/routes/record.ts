import {
  anyForm,
  id,
  type Id,
  type IdKind,
  type Key,
  type recordTypes,
  type RecordKind,
} from '@tallystick/chaincode/model';
import * as z from 'zod';
import { json } from '../http/answer.js';
import { conditional, etagOf } from '../http/conditional.js';
import { limitOf, pageAnswer, pageQuery } from '../http/paging.js';
import { badParameter, Problem } from '../http/problem.js';
import type { KeyedExchange, KeyedRoute, ResponseDoc } from '../http/route.js';
import type { ListQuery, Projection, WrittenText } from '../projection/port.js';

/** A kind of record as a resource of the API. */
export interface RecordResource {
  /** Path of the list, for example `/grants`. */
  readonly path: string;
  readonly tag: string;
  readonly type: (typeof recordTypes)[RecordKind];
  /** Path parameter that names one record: its schema, and the ledger key it stands for. */
  readonly id?: { readonly name: string; readonly schema: z.ZodType<string> };
  /** Absent for what is only listed. */
  readonly keyOf?: (id: string) => Key;
  /** Members of the record that a list can be filtered by. */
  readonly filters: readonly string[];
  /** Filters on what no record says and a reader derives: what they mean at the moment of reading. */
  readonly derived?: Readonly<Record<string, DerivedFilter>>;
}

export interface DerivedFilter {
  readonly description: string;
  /** What is asked of the projection when the filter is `true`. */
  readonly question: () => Pick<ListQuery, 'where' | 'before'>;
}

type Named = Pick<RecordResource, 'id' | 'keyOf'>;

/** One record by a path parameter: what the path says is parsed to an id, and so to a key. */
export const by = <T extends string>(schema: z.ZodType<T>, keyOf: (id: T) => Key, name: string): Named => ({
  id: { name, schema },
  keyOf: (text) => keyOf(schema.parse(text)),
});

/** The same of a record under its own id, or that of another. */
export const byId = <Kind extends IdKind>(kind: Kind, keyOf: (id: Id<Kind>) => Key, name = 'id'): Named =>
  by(id(kind), keyOf, name);

const derivedSchema = ({ description }: DerivedFilter): z.ZodType =>
  z.enum(['true']).optional().describe(description);

/** The question of a list: members by what the client said, derived filters by what they mean now. */
function questionOf(
  { derived = {} }: RecordResource,
  asked: Readonly<Record<string, string>>,
): Pick<ListQuery, 'where' | 'before'> {
  const members = Object.entries(asked).filter(([name]) => !Object.hasOwn(derived, name));
  const said = Object.fromEntries(members);
  let question: Pick<ListQuery, 'where' | 'before'> = { where: said };
  for (const [name, { question: meant }] of Object.entries(derived)) {
    if (asked[name] === undefined) continue;
    const { where = {}, before = {} } = meant();
    const other = Object.keys(where).find((member) => (said[member] ?? where[member]) !== where[member]);
    if (other !== undefined) throw badParameter(other, `contradicts ${name}`);
    question = { where: { ...question.where, ...where }, before: { ...question.before, ...before } };
  }
  return question;
}

/** How long a read waits for the projection to reach the block that the client has seen. */
const WAIT_MS = 5000;

const minBlock = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,14})$/, 'must be a block number')
  .optional()
  .describe('Answer from this block on: for reading what one has just written.');
const oneQuery = z.strictObject({ minBlock });

/** Wait until the projection holds a block. Throws Problem PROJECTION_BEHIND. */
async function reach(projection: Projection, block: string | undefined): Promise<void> {
  if (block === undefined) return;
  const timeout = AbortSignal.timeout(WAIT_MS);
  try {
    await projection.reached(BigInt(block), timeout);
  } catch (cause) {
    if (!timeout.aborted) throw cause;
    throw new Problem('PROJECTION_BEHIND', { cause, headers: { 'retry-after': '1' } });
  }
}

/** The record as it stands on the ledger, in the form that it was written in. */
const committed = ({ text }: WrittenText): unknown => JSON.parse(text) as unknown;

const present = (written: WrittenText): object => ({
  txId: written.txId,
  blockNumber: Number(written.blockNumber),
  txIndex: written.txIndex,
  record: committed(written),
});

const recordDoc = ({ type }: RecordResource): ResponseDoc => ({
  description: 'The record as committed; its ETag is `"<block>.<transaction>"`.',
  schema: anyForm(type),
});

const notFound = (key: string): Problem => new Problem('NOT_FOUND', { facts: { key } });

/** `GET /grants/{id}`: one record from the projection. */
export function readRoute(projection: Projection, resource: RecordResource): KeyedRoute {
  return {
    method: 'get',
    ...located(resource),
    scope: 'read',
    query: oneQuery,
    doc: {
      tag: resource.tag,
      summary: `One ${resource.type.kind}.`,
      responses: { 200: recordDoc(resource), 304: { description: 'The client has it.' } },
    },
    handle: async ({ request, params, query }: KeyedExchange) => {
      await reach(projection, query['minBlock']);
      const key = keyOf(resource, params);
      const record = await projection.record(key);
      if (record === undefined) throw notFound(key.text);
      const headers = { 'tallystick-transaction': record.txId };
      return conditional(request.headers['if-none-match'], etagOf(record), () => committed(record), headers);
    },
  };
}

/** `GET /grants/{id}/history`: every version the record had, oldest first. */
export function historyRoute(projection: Projection, resource: RecordResource): KeyedRoute {
  const { path, ...params } = located(resource);
  return {
    method: 'get',
    path: `${path}/history`,
    ...params,
    scope: 'read',
    doc: {
      tag: resource.tag,
      summary: `Every version of one ${resource.type.kind}, oldest first.`,
      responses: {
        200: {
          description: 'The versions, each with the transaction that wrote it.',
          schema: historySchema(resource),
        },
      },
    },
    handle: async ({ params: given }: KeyedExchange) => {
      const key = keyOf(resource, given);
      const versions = await projection.history(key);
      if (versions.length === 0) throw notFound(key.text);
      return json(200, { items: versions.map(present) });
    },
  };
}

const historySchema = ({ type }: RecordResource): z.ZodType =>
  z.strictObject({
    items: z.array(
      z.strictObject({ txId: z.string(), blockNumber: z.int(), txIndex: z.int(), record: anyForm(type) }),
    ),
  });

/** `GET /grants?state=ACTIVE&limit=20`: a page of records. */
export function listRoute(projection: Projection, resource: RecordResource): KeyedRoute {
  const filters = Object.fromEntries(
    resource.filters.map((name) => [name, z.string().min(1).max(200).optional()]),
  );
  const derived = Object.fromEntries(
    Object.entries(resource.derived ?? {}).map(([name, filter]) => [name, derivedSchema(filter)]),
  );
  const query = z.strictObject({ ...pageQuery, minBlock, ...filters, ...derived });
  return {
    method: 'get',
    path: resource.path,
    scope: 'read',
    query,
    doc: {
      tag: resource.tag,
      summary: `A page of ${resource.type.kind} records.`,
      responses: {
        200: {
          description: 'The page; a `Link` header with rel="next" leads to the next one.',
          schema: z.strictObject({ items: z.array(anyForm(resource.type)), next: z.string().optional() }),
        },
      },
    },
    handle: async ({ request, query: given }: KeyedExchange) => {
      const { limit, cursor, minBlock: block, ...asked } = given;
      await reach(projection, block);
      const page = await projection.list({
        kind: resource.type.kind,
        ...questionOf(resource, asked),
        limit: limitOf(limit),
        ...(cursor !== undefined && { after: cursor }),
      });
      return pageAnswer(request.originalUrl, page, committed);
    },
  };
}

/** The three reads that every kind of record has. */
export const recordRoutes = (projection: Projection, resource: RecordResource): KeyedRoute[] => [
  listRoute(projection, resource),
  readRoute(projection, resource),
  historyRoute(projection, resource),
];

/** Where one record is found; a record there is one of only has no parameter. */
function located({ path, id }: RecordResource): Pick<KeyedRoute, 'path' | 'params'> {
  return id === undefined ? { path } : { path: `${path}/{${id.name}}`, params: { [id.name]: id.schema } };
}

function keyOf({ id, keyOf: toKey, path }: RecordResource, params: Readonly<Record<string, string>>): Key {
  if (toKey === undefined) throw new Error(`${path} has no key of one record`);
  return toKey(id === undefined ? '' : (params[id.name] ?? ''));
}
