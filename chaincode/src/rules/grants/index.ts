import type { AnyRule } from '../rule.js';
import { acceptGrant } from './acceptance.js';
import { resumeGrant, revokeGrant, suspendGrant, terminateGrant } from './ending.js';
import { consentToGrant, counterGrant, declineGrant, withdrawGrant } from './negotiation.js';
import { offerGrant, requestGrant, sublicense } from './opening.js';

export const grantRules: readonly AnyRule[] = [
  requestGrant,
  offerGrant,
  consentToGrant,
  counterGrant,
  acceptGrant,
  declineGrant,
  withdrawGrant,
  suspendGrant,
  resumeGrant,
  revokeGrant,
  terminateGrant,
  sublicense,
];
