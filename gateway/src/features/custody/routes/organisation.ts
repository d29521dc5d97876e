import * as z from 'zod';
import { json } from '../../../http/answer.js';
import { Problem } from '../../../http/problem.js';
import type { Route } from '../../../http/route.js';
import type { UseCases } from '../port.js';
import type { Ports } from '../../../routes/ports.js';

type Needs = Ports & { readonly useCases: UseCases };

const organisationSchema = z.strictObject({
  mspId: z.string(),
  participantId: z.string(),
  /** Goes into `participants:Admit`. */
  recipient: z.string(),
  identity: z.strictObject({
    name: z.string(),
    keyDigest: z.string(),
    role: z.enum(['officer', 'operator', 'auditor', 'witness']).optional(),
  }),
});

/** Who we are: what others need to know to admit us, and whom this API key acts as. */
export const organisationRoutes = ({ mspId, identities, useCases }: Needs): Route[] => [
  {
    method: 'get',
    path: '/organisation',
    scope: 'read',
    doc: {
      tag: 'organisation',
      summary: 'This organisation as the ledger names it, and the identity that the API key acts as.',
      responses: { 200: { description: 'The organisation.', schema: organisationSchema } },
    },
    handle: ({ principal }) => {
      const facts = identities.get(principal.identity);
      if (facts === undefined) throw new Problem('IDENTITY_UNKNOWN');
      const { participant, keyDigest, role } = facts;
      const identity = { name: principal.identity, keyDigest, ...(role !== undefined && { role }) };
      const { recipient } = useCases;
      return Promise.resolve(json(200, { mspId, participantId: participant, recipient, identity }));
    },
  },
];
