import { id } from '@tallystick/chaincode/model';
import * as z from 'zod';
import { json, JSON_TYPE } from '../../../http/answer.js';
import type { KeyedRoute, PublicRoute, Route } from '../../../http/route.js';
import { parseStrictJson } from '../../../http/strict-json.js';
import type { Obligations } from '../port.js';

interface Needs {
  readonly obligations: Obligations;
}

const deleted = z.strictObject({
  usageId: z.string(),
  wasKeyHere: z.boolean(),
  obligations: z.array(z.string()),
});

const deleteUse = ({ obligations }: Needs): KeyedRoute => ({
  method: 'post',
  path: '/usages/{id}/delete',
  params: { id: id('usage') },
  scope: 'obligations:write',
  doc: {
    tag: 'obligations',
    summary: 'Forget a use for ever: its one-time key, what is served of it, and our own copies.',
    description:
      'Where the policy asks for deletion, its fulfilment is then stated on the ledger by the component: ask the obligations. What was sent out before is not ours to delete.',
    responses: { 202: { description: 'Forgotten; what has to be stated is on its way.', schema: deleted } },
  },
  handle: async ({ params: { id: usage = '' } }) => json(202, await obligations.deleteUse(usage)),
});

/** Other members have no key of ours: a notice stands on the signature of their certified component. */
const receive = ({ obligations }: Needs): PublicRoute => ({
  method: 'post',
  path: '/notices',
  scope: 'public',
  accepts: { types: [JSON_TYPE] },
  doc: {
    tag: 'obligations',
    summary:
      'Tell this organisation, as the debtor of a duty to inform it. Signed by a component of the debtor.',
    body: {
      [JSON_TYPE]: { jsonSchema: { type: 'object', required: ['notice', 'certificate', 'signature'] } },
    },
    responses: {
      202: {
        description: 'Kept; that it arrived is then stated on the ledger.',
        schema: z.strictObject({ obligationId: z.string() }),
      },
    },
  },
  handle: async ({ body }) => json(202, await obligations.receive(parseStrictJson(body))),
});

/** Duties that gateways carry out by themselves. */
export const noticeRoutes = (ports: Needs): Route[] => [deleteUse(ports), receive(ports)];
