import { checkpointBody, leaf, witnessing } from '@tallystick/chaincode/model';
import * as z from 'zod';
import { json } from '../../../http/answer.js';
import { limitOf, pageQuery } from '../../../http/paging.js';
import type { Route } from '../../../http/route.js';
import type { Checkpoints, Divergences, ShownDivergence } from '../port.js';

interface Needs {
  readonly checkpoints: Checkpoints;
  readonly divergences: Divergences;
}

const signed = z.strictObject({ body: checkpointBody, witnessing });
const common = { height: z.int(), mspId: z.string(), at: z.string() };

const lie = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('EQUIVOCATION'), ...common, both: z.tuple([signed, signed]) }),
  z.strictObject({
    kind: z.literal('CONTRADICTION'),
    ...common,
    theirs: signed,
    ours: checkpointBody,
    first: z
      .strictObject({
        height: z.int(),
        members: z.array(z.string()),
        position: z.int().optional(),
        ours: leaf.optional(),
        theirs: leaf.optional(),
      })
      .optional()
      .describe('Where the histories part, as far as that could be found.'),
  }),
]);

const divergence = z.strictObject({
  txId: z.string(),
  block: z.int(),
  index: z.int(),
  position: z.int(),
  verdict: z.enum(['CORRECTED', 'VOID']),
  keys: z.array(z.string()).describe('Records that its endorsers wrote.'),
  reason: z.string().describe('What the rules say: a refusal’s code, or how their outcome differs.'),
  facts: z.record(z.string(), z.string()),
  time: z.string(),
  standing: z.array(z.string()).describe('Of its keys, those under which Fabric still holds something else.'),
  restored: z.boolean(),
});

const answer = z.strictObject({
  items: z.array(divergence),
  next: z.string().optional(),
  lies: z.array(lie),
  retractions: z.array(z.strictObject({ height: z.int(), signed, found: checkpointBody, at: z.string() })),
});

const present = ({ blockNumber, txIndex, isRestored, ...rest }: ShownDivergence): unknown => ({
  ...rest,
  block: Number(blockNumber),
  index: txIndex,
  restored: isRestored,
});

/** What the ledger's endorsers, and its witnesses, did that cannot be true. */
export const divergenceRoutes = ({ divergences, checkpoints }: Needs): Route[] => [
  {
    method: 'get',
    path: '/divergences',
    scope: 'read',
    query: z.strictObject(pageQuery),
    doc: {
      tag: 'checkpoints',
      summary:
        'Transactions that are not what the rules make of them, and words of witnesses that cannot be true.',
      responses: {
        200: {
          description: 'Transactions oldest first; lies and retractions, at most 100 of each.',
          schema: answer,
        },
      },
    },
    handle: async ({ query: { limit, cursor } }) => {
      const page = await divergences.list({
        limit: limitOf(limit),
        ...(cursor !== undefined && { after: cursor }),
      });
      return json(200, {
        items: page.items.map(present),
        ...(page.next !== undefined && { next: page.next }),
        lies: await checkpoints.lies(),
        retractions: await checkpoints.retractions(),
      });
    },
  },
];
