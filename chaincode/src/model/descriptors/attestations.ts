import * as z from 'zod';
import { id } from '../ids.js';
import { attestedFacts } from '../records/index.js';
import { instant, nonce } from '../schema.js';
import { describe } from './descriptor.js';

const made = z.strictObject({ attestationId: id('attestation'), state: z.enum(['MADE', 'WITHDRAWN']) });
const byComponent = { by: 'component' } as const;

export const attestationDescriptors = {
  Make: describe(
    'attestations:Make',
    'State facts that a policy asks for and no record knows. Signed by a key of the named component.',
    z.strictObject({
      nonce,
      grantId: id('grant'),
      component: id('component'),
      facts: attestedFacts,
      validUntil: instant,
    }),
    made,
    byComponent,
  ),
  Withdraw: describe(
    'attestations:Withdraw',
    'Take a statement back: no later decision trusts it.',
    z.strictObject({ attestationId: id('attestation') }),
    made,
    { whilePaused: true, anyTime: true },
  ),
};
