import * as z from 'zod';
import { id } from '../ids.js';
import { assurance, componentKeys, componentProfile } from '../records/index.js';
import { digest, instant, nonce, text } from '../schema.js';
import { describe } from './descriptor.js';

const component = z.strictObject({ componentId: id('component') });
const withReason = component.extend({ reason: text(400) });
const state = z.strictObject({
  componentId: id('component'),
  state: z.enum(['CERTIFIED', 'SUSPENDED', 'REVOKED']),
});
const oversight = { by: 'officer', whilePaused: true, anyTime: true } as const;

export const componentDescriptors = {
  Certify: describe(
    'components:Certify',
    'Certify a software component and the keys it signs with.',
    z.strictObject({
      nonce,
      owner: id('participant'),
      name: text(120),
      manifest: digest,
      keys: componentKeys,
      profile: componentProfile,
      assurance,
      validUntil: instant,
    }),
    state,
    { by: 'officer' },
  ),
  Renew: describe(
    'components:Renew',
    'Extend a certificate, or re-key the component.',
    component.extend({ validUntil: instant, keys: componentKeys.optional(), manifest: digest.optional() }),
    state,
    { by: 'officer', anyTime: true },
  ),
  Suspend: describe('components:Suspend', 'Suspend a component at once.', withReason, state, oversight),
  Reinstate: describe('components:Reinstate', 'End a suspension.', withReason, state, oversight),
  Revoke: describe('components:Revoke', 'Revoke a component for good.', withReason, state, oversight),
};
