import { id, schema, USES_MEDIA_TYPE, usageType, usesFile, type UsesList } from '@tallystick/chaincode/model';
import * as z from 'zod';
import { json, type Answer } from '../../../http/answer.js';
import { encoded } from '../../../http/encoded.js';
import { limitOf, pageQuery } from '../../../http/paging.js';
import { badParameter } from '../../../http/problem.js';
import type { KeyedExchange, KeyedRoute, Route } from '../../../http/route.js';
import type { UsesQuestion, Evidence } from '../port.js';
import type { Ports } from '../../../routes/ports.js';

type Needs = Ports & { readonly evidence: Evidence };

/** What a list is asked for by, and what it is called where it is proven. */
const LISTS = { dataset: 'dataset', grant: 'grant', party: 'participant' } as const;
type Asked = keyof typeof LISTS;
const names = Object.keys(LISTS) as Asked[];

const query = z.strictObject({
  dataset: id('dataset').optional(),
  grant: id('grant').optional().describe('Uses under sub-grants of it are among them.'),
  party: id('participant')
    .optional()
    .describe('As consumer, custodian, or provider of a grant that the use rests on.'),
  from: schema.instant
    .optional()
    .describe('Begins with the first block that has a transaction of this time or a later one.'),
  to: schema.instant
    .optional()
    .describe('Ends before the first block that has a transaction of this time or a later one.'),
  prove: z
    .enum(['true', 'false'])
    .optional()
    .describe('A file that proves the list complete between two heights, verified offline.'),
  ...pageQuery,
});

const rows = z.strictObject({
  from: z.int().describe('Height before the first use; -1 where the list begins with the ledger.'),
  to: z.int().describe('Height up to which uses were requested.'),
  count: z.int().describe('Uses between the two heights, those of other pages included.'),
  items: z
    .array(usageType.schema)
    .describe('As the uses stand now, in the order in which they were requested.'),
  next: z.string().optional(),
});

function questionOf(asked: KeyedExchange['query']): UsesQuestion {
  const given = names.filter((name) => asked[name] !== undefined);
  const [name, ...others] = given;
  if (name === undefined) throw badParameter('dataset', 'or grant, or party, must be given');
  for (const other of others) throw badParameter(other, `cannot be given together with ${name}`);
  const list: UsesList = { kind: LISTS[name], id: asked[name] ?? '' };
  const { from, to } = asked;
  return { list, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** The place in the list at which a page begins. */
function skipOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^(?:0|[1-9]\d{0,8})$/.test(cursor))
    throw badParameter('cursor', 'is not one that this list gave out');
  return Number(cursor);
}

async function proven({ evidence }: Needs, exchange: KeyedExchange): Promise<Answer> {
  for (const name of ['limit', 'cursor'])
    if (exchange.query[name] !== undefined)
      throw badParameter(name, 'is not for a proven list, which is whole');
  const question = questionOf(exchange.query);
  const body = await evidence.provenUses(question, exchange.signal());
  const headers = {
    'content-type': USES_MEDIA_TYPE,
    'content-disposition': `attachment; filename="${question.list.id}.uses.json"`,
    'cache-control': 'no-store',
  };
  return encoded(exchange, { status: 200, headers, body });
}

async function plain({ evidence }: Needs, { query: asked, request }: KeyedExchange): Promise<Answer> {
  const page = { skip: skipOf(asked['cursor']), limit: limitOf(asked['limit']) };
  const { next, ...found } = await evidence.uses(questionOf(asked), page);
  if (next === undefined) return json(200, found);
  const [path = '', search] = request.originalUrl.split('?');
  const parameters = new URLSearchParams(search);
  parameters.set('cursor', String(next));
  return json(
    200,
    { ...found, next: String(next) },
    { link: `<${path}?${parameters.toString()}>; rel="next"` },
  );
}

const uses = (ports: Needs): KeyedRoute => ({
  method: 'get',
  path: '/reports/uses',
  query,
  // Every member holds the whole ledger: a list tells nobody more than `GET /usages` does.
  scope: 'read',
  doc: {
    tag: 'reports',
    summary:
      'All uses of a dataset, under a grant, or of a party: those that were denied or lapsed are among them.',
    description:
      'Times select blocks, by what transactions claim. With `prove=true`, a file that shows the list complete between two heights which enough witnesses have signed. It may say more than was asked: it begins with the ledger where the map of the earlier height is not kept any more, and ends at the newest height where that of the later one is not.',
    responses: {
      200: {
        description: 'The uses.',
        schema: rows,
        alternatives: { [USES_MEDIA_TYPE]: usesFile },
      },
    },
  },
  handle: (exchange) =>
    exchange.query['prove'] === 'true' ? proven(ports, exchange) : plain(ports, exchange),
});

/** Lists over many records. */
export const reportRoutes = (ports: Needs): Route[] => [uses(ports)];
