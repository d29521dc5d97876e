import { descriptors, id, schema, usageAsk } from '@tallystick/chaincode/model';
import * as z from 'zod';
import { json, JSON_TYPE } from '../../../http/answer.js';
import type { KeyedRoute, Route } from '../../../http/route.js';
import { parseStrictJson } from '../../../http/strict-json.js';
import { check } from '../../../http/validation.js';
import type { UseAsk, UseCases } from '../port.js';
import { operationDoc } from '../../../routes/operation-doc.js';
import type { Ports } from '../../../routes/ports.js';
import { madeAnswer, orOperation } from '../../../routes/submission.js';

type Needs = Ports & { readonly useCases: UseCases };

const ask = usageAsk.omit({ recipient: true }).extend({ nonce: schema.nonce.optional() });
const usageId = { id: id('usage') };
const openQuery = z.strictObject({ acknowledge: z.enum(['true', 'false']).optional() });

const requestUse = (ports: Needs): KeyedRoute => ({
  method: 'post',
  path: '/usages',
  scope: 'usage:write',
  accepts: { types: [JSON_TYPE] },
  isIdempotent: true,
  doc: {
    tag: 'usages',
    summary: 'Ask for one use. The one-time key is made and kept here; the provider answers on the ledger.',
    body: { [JSON_TYPE]: ask },
    responses: {
      201: {
        description: 'Asked: poll the usage until it is ALLOWED or DENIED.',
        schema: z.strictObject({
          txId: z.string(),
          blockNumber: z.int(),
          usageId: z.string(),
          state: z.string(),
        }),
      },
      202: operationDoc('Sent, and its outcome is not known yet: ask the operation at `Location`.'),
    },
  },
  handle: async ({ body, principal, bind }) => {
    const asked = check(ask, parseStrictJson(body)) as UseAsk;
    const by = { identity: principal.identity, onPrepared: bind };
    return orOperation(ports, principal.name, descriptors.usage.Request.name, async () => {
      const { txId, blockNumber, usageId: made, state } = await ports.useCases.requestUse(by, asked);
      return madeAnswer({ txId, blockNumber }, `/usages/${made}`, { usageId: made, state });
    });
  },
});

/**
 * The plaintext of an allowed use. Only verified bytes are sent; when the whole is not what the ledger committed to, or the client
 * leaves, the connection breaks before the last piece and nothing is acknowledged.
 */
const openUse = ({ useCases }: Needs): KeyedRoute => ({
  method: 'post',
  path: '/usages/{id}/open',
  params: usageId,
  query: openQuery,
  scope: 'usage:write',
  doc: {
    tag: 'usages',
    summary: 'The plaintext of an allowed use, verified as it streams; then acknowledged on the ledger.',
    description:
      'A connection that breaks means that the file is wrong or incomplete, or that the lease ended: discard what arrived. A lease that has ended, or soon will, is renewed first. With `acknowledge=false` nothing is acknowledged here.',
    responses: {
      200: {
        description: 'The file.',
        mediaType: 'application/octet-stream',
        schema: { jsonSchema: { type: 'string', format: 'binary' } },
      },
    },
  },
  handle: async ({ principal, params: { id: usage = '' }, query, signal }) => {
    const options = { acknowledge: query['acknowledge'] !== 'false' };
    const opened = await useCases.openUse({ identity: principal.identity }, usage, options, signal());
    const headers = {
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store',
      'tallystick-version': opened.versionId,
    };
    return { status: 200, headers, stream: opened.stream, bytes: opened.bytes, ending: opened.ending };
  },
});

const statusSchema = z.strictObject({
  usageId: z.string(),
  state: z.string().optional(),
  side: z.enum(['CONSUMER', 'CUSTODIAN', 'NEITHER']),
  isKeyHere: z.boolean(),
  answer: z.unknown().optional(),
  answerDue: z.string().optional(),
  custody: z.unknown().optional(),
});

const usageStatus = ({ useCases }: Needs): KeyedRoute => ({
  method: 'get',
  path: '/usages/{id}/status',
  params: usageId,
  scope: 'read',
  doc: {
    tag: 'usages',
    summary: 'What this gateway knows of a use beyond the record: its own part in it.',
    responses: { 200: { description: 'The status.', schema: statusSchema } },
  },
  handle: async ({ params: { id: usage = '' } }) => json(200, await useCases.usageStatus(usage)),
});

/** Uses: asked for, opened, and where they stand. */
export const useRoutes = (ports: Needs): Route[] => [requestUse(ports), openUse(ports), usageStatus(ports)];
