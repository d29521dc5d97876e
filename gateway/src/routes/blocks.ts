import * as z from 'zod';
import type { Answer } from '../http/answer.js';
import { isMatch } from '../http/conditional.js';
import { Problem } from '../http/problem.js';
import type { Exchange, Route } from '../http/route.js';
import type { Ports } from './ports.js';

const RAW_TYPE = 'application/vnd.ipld.raw';
const blockQuery = z.strictObject({ format: z.literal('raw').optional() });

/** A CID names its bytes for ever, so a cache may keep them for ever. */
const headersOf = (cid: string): Record<string, string> => ({
  'content-type': RAW_TYPE,
  'content-disposition': `attachment; filename="${cid}.bin"`,
  'cache-control': 'public, max-age=29030400, immutable',
  etag: `"${cid}.raw"`,
});

const isRawAsked = ({ request, query }: Exchange): boolean =>
  query['format'] === 'raw' || request.accepts().includes(RAW_TYPE);

/**
 * One raw block of our own store, verified as it is read, in the form of the IPFS trustless gateway. It is ciphertext, or a key wrapped to
 * one recipient. What is not here is 404: fetching it elsewhere would let two gateways ask each other in circles.
 */
async function block(blocks: Ports['blocks'], exchange: Exchange): Promise<Answer> {
  const { cid = '' } = exchange.params;
  if (!isRawAsked(exchange))
    throw new Problem('NOT_ACCEPTABLE', { detail: `Ask for ${RAW_TYPE} or ?format=raw.` });
  const headers = headersOf(cid);
  const bytes = await blocks.block(cid);
  return isMatch(exchange.request.headers['if-none-match'], headers['etag'] ?? '')
    ? { status: 304, headers }
    : { status: 200, headers, body: bytes };
}

/** Blocks for other members. */
export const blockRoutes = ({ blocks, blockAccess }: Ports): Route[] => [
  {
    method: 'get',
    path: '/ipfs/{cid}',
    params: { cid: z.string().min(1).max(100) },
    query: blockQuery,
    scope: blockAccess === 'public' ? 'public' : 'blocks:read',
    doc: {
      tag: 'blocks',
      summary: 'One raw block of this gateway’s store: ciphertext.',
      responses: {
        200: {
          description: 'The block.',
          mediaType: RAW_TYPE,
          schema: { jsonSchema: { type: 'string', format: 'binary' } },
        },
        304: { description: 'The client has it.' },
      },
    },
    handle: (exchange: Exchange) => block(blocks, exchange),
  },
];
