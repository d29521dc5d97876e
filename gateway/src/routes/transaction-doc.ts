import { MAX_BATCH, type AnyDescriptor } from '@tallystick/chaincode/model';
import { JSON_TYPE } from '../http/answer.js';
import { schemaRef } from '../http/openapi-schema.js';
import type { Described, RouteDoc } from '../http/route.js';
import { ENVELOPE_TYPE, envelope, hasNonce } from './transaction-body.js';
import { operationDoc } from './operation-doc.js';

/** One, or a list of up to MAX_BATCH. */
const oneOrMany = (one: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  anyOf: [one, { type: 'array', items: one, minItems: 1, maxItems: MAX_BATCH }],
});

/** What OpenAPI says about the transaction of a descriptor. */
export function transactionDoc(descriptor: AnyDescriptor, tag: string): RouteDoc {
  const { name, summary, by, whilePaused } = descriptor;
  const names = {
    request: `${name.replace(':', '.')}.Request`,
    response: `${name.replace(':', '.')}.Response`,
  };
  const body = oneOrMany(schemaRef(names.request));
  return {
    tag,
    summary,
    description: [
      `Transaction \`${name}\`, by ${by}${whilePaused ? ', also while the space is paused' : ''}.`,
      'A list of requests becomes one transaction: all or nothing.',
      ...(hasNonce(descriptor) ? ['A nonce that is left out is filled in.'] : []),
    ].join(' '),
    components: {
      [names.request]: requestSchema(descriptor),
      [names.response]: descriptor.response,
    },
    body: {
      [JSON_TYPE]: { jsonSchema: body },
      [ENVELOPE_TYPE]: { schema: envelope, replace: { request: body } },
    },
    responses: {
      201: {
        description: 'Committed.',
        schema: {
          jsonSchema: {
            type: 'object',
            required: ['txId', 'blockNumber', 'result'],
            properties: {
              txId: { type: 'string' },
              blockNumber: { type: 'integer' },
              result: oneOrMany(schemaRef(names.response)),
            },
          },
        },
      },
      202: operationDoc('Sent, and its outcome is not known yet: ask the operation at `Location`.'),
    },
  };
}

const requestSchema = (descriptor: AnyDescriptor): Described =>
  hasNonce(descriptor) ? { schema: descriptor.request, optional: ['nonce'] } : descriptor.request;
