import type { AnyRule } from '../rule.js';
import { assertClaim, consentToClaim } from './assertion.js';
import { cancelClaim, registerClaim, rejectClaim } from './registration.js';
import { acceptTransfer, offerTransfer } from './transfer.js';

export const claimRules: readonly AnyRule[] = [
  assertClaim,
  consentToClaim,
  registerClaim,
  rejectClaim,
  offerTransfer,
  acceptTransfer,
  cancelClaim,
];
