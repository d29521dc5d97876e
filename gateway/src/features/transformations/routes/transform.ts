import { dutyPointer, id } from '@tallystick/chaincode/model';
import * as z from 'zod';
import { JSON_TYPE } from '../../../http/answer.js';
import type { KeyedRoute } from '../../../http/route.js';
import { parseStrictJson } from '../../../http/strict-json.js';
import { check } from '../../../http/validation.js';
import { FORMATS, type Transformations } from '../port.js';
import { operationDoc } from '../../../routes/operation-doc.js';
import type { Ports } from '../../../routes/ports.js';
import type { Policies } from '../../policies/port.js';
import { madeAnswer, orOperation } from '../../../routes/submission.js';

type Needs = Ports & { readonly policies: Policies; readonly transformations: Transformations };

const path = z.string().min(1).max(300);
const member = z.string().min(1).max(200);
const ask = z
  .strictObject({
    grant: id('grant').optional(),
    policy: z.json().optional(),
    duty: dutyPointer.describe('Where in the policy the duty stands.'),
    format: z.enum(FORMATS),
    drop: z.array(path).min(1).max(100).optional().describe('anonymize: JSONPaths of what is left out.'),
    hash: z
      .array(path)
      .min(1)
      .max(100)
      .optional()
      .describe('anonymize: JSONPaths of what becomes a pseudonym.'),
    groupBy: z.array(member).min(1).max(20).optional().describe('idsc:MPC: members that make a group.'),
    of: member.optional().describe('idsc:MPC: the member that is computed.'),
    minimum: z.int().min(3).max(1_000_000).optional().describe('idsc:MPC: fewest rows of a group; 3.'),
  })
  .refine(
    ({ grant, policy }) => (grant === undefined) !== (policy === undefined),
    'must name a grant or hold a policy',
  );

const made = z.strictObject({
  txId: z.string(),
  blockNumber: z.int(),
  versionId: z.string(),
  of: z.string(),
  number: z.int(),
  action: z.string(),
  parameters: z.string(),
  cid: z.string(),
  commitment: z.string(),
  bytes: z.string(),
});

/** `POST /datasets/{id}/versions/{version}/transformations`: a version made from an own one before it is sealed. */
export const transformRoute = (ports: Needs): KeyedRoute => ({
  method: 'post',
  path: '/datasets/{id}/versions/{version}/transformations',
  params: { id: id('dataset'), version: id('version') },
  scope: 'transformations:write',
  accepts: { types: [JSON_TYPE] },
  doc: {
    tag: 'transformations',
    summary:
      'Transform an own version as a duty of a policy asks, seal the result as the next version, and state it.',
    description:
      'The policy is that of a grant, or one that is still to be offered. CSV is addressed as a list of objects by its header: `$[*].name`. At most 64 MiB.',
    body: { [JSON_TYPE]: ask },
    responses: {
      201: { description: 'Made, and stated by the component.', schema: made },
      202: operationDoc('Sent; the outcome is not known yet: ask the operation at `Location`.'),
    },
  },
  handle: async ({ params, body, principal, bind }) => {
    const { grant, policy, duty: pointer, format, ...details } = check(ask, parseStrictJson(body));
    const where = grant === undefined ? { policy: policy ?? null, pointer } : { grant, pointer };
    const duty = await ports.policies.dutyAt(where);
    const by = { identity: principal.identity, onPrepared: bind };
    return orOperation(ports, principal.name, 'datasets:Append', async () => {
      const { txId, blockNumber, bytes, ...rest } = await ports.transformations.transform(by, {
        datasetId: id('dataset').parse(params['id']),
        versionId: id('version').parse(params['version']),
        duty,
        format,
        details,
      });
      return madeAnswer({ txId, blockNumber }, `/versions/${rest.versionId}`, {
        ...rest,
        bytes: bytes.toString(),
      });
    });
  },
});
