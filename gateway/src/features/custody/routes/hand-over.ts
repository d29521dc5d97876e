import { descriptors, id, schema } from '@tallystick/chaincode/model';
import * as z from 'zod';
import { JSON_TYPE } from '../../../http/answer.js';
import type { KeyedRoute, Route, RouteDoc } from '../../../http/route.js';
import { parseStrictJson } from '../../../http/strict-json.js';
import { check } from '../../../http/validation.js';
import { operationDoc } from '../../../routes/operation-doc.js';
import type { UseCases } from '../port.js';
import type { Ports } from '../../../routes/ports.js';
import { madeAnswer, orOperation } from '../../../routes/submission.js';

type Needs = Ports & { readonly useCases: UseCases };

const params = { id: id('claim') };
const giving = z.strictObject({ to: id('participant'), grants: z.enum(['PASS', 'END']) });
const taking = z.strictObject({ offerDigest: schema.digest });
const versions = z.array(z.string()).describe('Versions whose keys changed hands.');
const committed = { txId: z.string(), blockNumber: z.int(), claimId: z.string(), versions };

const docOf = (
  words: Pick<RouteDoc, 'summary' | 'description'>,
  body: z.ZodObject,
  schemaOf: z.ZodObject,
): RouteDoc => ({
  tag: 'claims',
  ...words,
  body: { [JSON_TYPE]: body },
  responses: {
    201: { description: 'On the ledger.', schema: schemaOf },
    202: operationDoc('Sent; the outcome is not known yet: ask the operation at `Location`.'),
  },
});

const handOver = (ports: Needs): KeyedRoute => ({
  method: 'post',
  path: '/claims/{id}/hand-over',
  params,
  scope: 'claims:write',
  accepts: { types: [JSON_TYPE] },
  isIdempotent: true,
  doc: docOf(
    {
      summary: 'Offer a claim with custody: the key of every sealed version is wrapped to the receiver.',
      description:
        'Becomes `claims:OfferTransfer`. From then on the receiver can open the data, whether it accepts or not. Without custody, offer the transfer itself.',
    },
    giving,
    z.strictObject({ ...committed, offerDigest: schema.digest }),
  ),
  handle: ({ params: { id: claimId = '' }, body, principal, bind }) => {
    const to = check(giving, parseStrictJson(body));
    return orOperation(ports, principal.name, descriptors.claims.OfferTransfer.name, async () => {
      const by = { identity: principal.identity, onPrepared: bind };
      const { txId, blockNumber, ...rest } = await ports.useCases.handOver(by, claimId, to);
      return madeAnswer({ txId, blockNumber }, `/claims/${claimId}`, rest);
    });
  },
});

const takeOver = (ports: Needs): KeyedRoute => ({
  method: 'post',
  path: '/claims/{id}/take-over',
  params,
  scope: 'claims:write',
  accepts: { types: [JSON_TYPE] },
  isIdempotent: true,
  doc: docOf(
    {
      summary: 'Fetch, open and keep every version that an offer hands over, and accept it with the proof.',
      description:
        'Becomes `claims:AcceptTransfer`. Takes as long as reading the data takes; may be repeated, and fetches nothing twice.',
    },
    taking,
    z.strictObject(committed),
  ),
  handle: ({ params: { id: claimId = '' }, body, principal, bind }) => {
    const { offerDigest } = check(taking, parseStrictJson(body));
    return orOperation(ports, principal.name, descriptors.claims.AcceptTransfer.name, async () => {
      const by = { identity: principal.identity, onPrepared: bind };
      const { txId, blockNumber, ...rest } = await ports.useCases.takeOver(by, claimId, offerDigest);
      return madeAnswer({ txId, blockNumber }, `/claims/${rest.claimId}`, rest);
    });
  },
});

/** Custody from hand to hand. */
export const handOverRoutes = (ports: Needs): Route[] => [handOver(ports), takeOver(ports)];
