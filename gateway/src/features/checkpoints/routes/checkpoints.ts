import { checkpoint, leaf } from '@tallystick/chaincode/model';
import * as z from 'zod';
import { json } from '../../../http/answer.js';
import type { Exchange, PublicRoute, Route } from '../../../http/route.js';
import type { Ports } from '../../../routes/ports.js';
import type { Checkpoints } from '../port.js';

type Needs = Ports & { readonly checkpoints: Checkpoints };

const MOST_LEAVES = 1000;
const heightText = z.string().regex(/^(0|[1-9]\d{0,14})$/, 'must be a block number');
const leafQuery = z.strictObject({
  from: heightText.optional().describe('Place of the first leaf in the log.'),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/)
    .refine((text) => Number(text) <= MOST_LEAVES, `must be 1 to ${MOST_LEAVES}`)
    .optional(),
});
const latestQuery = z.strictObject({
  kept: z.literal('true').optional().describe('As it was signed last: our own peer is not asked.'),
});
const leafPage = z.strictObject({ leaves: z.array(leaf), next: z.int().optional() });

type Served = Pick<PublicRoute, 'path' | 'params' | 'query' | 'doc' | 'handle'>;

/** As blocks are: everybody's, or for keys with `blocks:read`. They hold digests and ids of transactions, and no content. */
const forMembers = ({ blockAccess }: Ports, served: Served): Route => ({
  method: 'get',
  scope: blockAccess === 'public' ? 'public' : 'blocks:read',
  ...served,
});

const latest = (ports: Needs): Route =>
  forMembers(ports, {
    path: '/checkpoints/latest',
    query: latestQuery,
    doc: {
      tag: 'checkpoints',
      summary: 'The newest checkpoint that this gateway’s witness has signed.',
      description:
        'Its statement says `newest` while our own peer has nothing newer: it is signed again for that, at most once a second and where the last signature is older than a minute.',
      responses: {
        200: { description: 'It; without signatures where no witness is enrolled.', schema: checkpoint },
      },
    },
    handle: async ({ query: { kept } }: Exchange) =>
      json(200, await ports.checkpoints.latest(kept === 'true' ? 'KEPT' : 'RENEWED')),
  });

const atHeight = (ports: Needs): Route =>
  forMembers(ports, {
    path: '/checkpoints/{height}',
    params: { height: heightText },
    doc: {
      tag: 'checkpoints',
      summary: 'The checkpoint of a height, with the signature of this gateway’s witness.',
      description:
        'The newest 10,000 heights are kept, one an hour, and those that something names. 410: another body was signed for this height than the ledger gives; see /divergences.',
      responses: { 200: { description: 'It.', schema: checkpoint } },
    },
    handle: async ({ params: { height = '' } }: Exchange) =>
      json(200, await ports.checkpoints.at(Number(height))),
  });

const leaves = (ports: Needs): Route =>
  forMembers(ports, {
    path: '/checkpoints/leaves',
    query: leafQuery,
    doc: {
      tag: 'checkpoints',
      summary: 'Leaves of the log, in the order of the ledger: to find where two histories part.',
      responses: { 200: { description: 'Leaves, and where to go on.', schema: leafPage } },
    },
    handle: async ({ query: { from = '0', limit = String(MOST_LEAVES) } }: Exchange) => {
      const found = await ports.projection.leaves(Number(from), Number(limit));
      const next = Number(from) + found.length;
      const page = { leaves: found.map((each) => each.leaf) };
      return json(200, found.length < Number(limit) ? page : { ...page, next });
    },
  });

/** What witnesses sign, for other members. */
export const checkpointRoutes = (ports: Needs): Route[] => [latest(ports), atHeight(ports), leaves(ports)];
