import { descriptors, keyText, verdict } from '@tallystick/chaincode/model';
import * as z from 'zod';
import { json, jsonText } from '../../http/answer.js';
import { Problem } from '../../http/problem.js';
import type { KeyedRoute, Route } from '../../http/route.js';
import type { Ports } from '../../routes/ports.js';

const recordQuery = z.strictObject({ key: z.string().regex(keyText, 'must be a ledger key') });

/** `records:Get` at the own peer: what the peer has committed, not what our projection has got to. */
const strongRead = ({ ledger }: Ports): KeyedRoute => ({
  method: 'get',
  path: '/records',
  scope: 'read',
  query: recordQuery,
  doc: {
    tag: 'records',
    summary: descriptors.records.Get.summary,
    description: 'A strong read at the organisation’s own peer.',
    responses: { 200: { description: 'The record as committed.', schema: z.json() } },
  },
  handle: async ({ principal: { identity }, query: { key = '' } }) => {
    const record = await ledger.read(identity, key);
    if (record === undefined) throw new Problem('NOT_FOUND', { facts: { key } });
    return jsonText(200, record);
  },
});

const transactionSchema = z.strictObject({
  txId: z.string(),
  blockNumber: z.int(),
  txIndex: z.int(),
  code: z.string(),
  mspId: z.string(),
  certificate: z.string(),
  signed: z.boolean(),
  time: z.string(),
  transaction: z.string(),
  argument: z.string(),
  result: z.string(),
  verdict: verdict.describe('What the rules say of it.'),
});

/** One transaction as our peer's blocks hold it, valid or not. Argument and result are the very bytes, so they stay text. */
const transaction = ({ projection }: Ports): KeyedRoute => ({
  method: 'get',
  path: '/transactions/{txId}',
  params: { txId: z.string().regex(/^[0-9a-f]{64}$/, 'must be a transaction id') },
  scope: 'read',
  doc: {
    tag: 'records',
    summary: 'One transaction as recorded, with Fabric’s validation code.',
    responses: { 200: { description: 'The transaction.', schema: transactionSchema } },
  },
  handle: async ({ params: { txId = '' } }) => {
    const found = await projection.transaction(txId);
    if (found === undefined) throw new Problem('NOT_FOUND', { facts: { txId } });
    return json(200, { ...found, blockNumber: Number(found.blockNumber) });
  },
});

/** Reads across kinds of records. */
export const readsAcross = (ports: Ports): Route[] => [strongRead(ports), transaction(ports)];
