import { refuseUnless, type Json, type Sealable } from '../../model/index.js';
import { openingDigest } from '../execution.js';
import type { Ledger } from '../ledger.js';

/**
 * The value of a field that may be sealed. A sealed one is opened by what the caller sent beside the request, and
 * only if that is what was committed to: otherwise a caller could have another value judged than the one on record.
 */
export function opened(ledger: Ledger, field: Sealable<Json>): Json {
  if ('open' in field) return field.open;
  const { digest } = field.sealed;
  const opening = ledger.opening(digest);
  refuseUnless(opening !== undefined, 'OPENING_MISSING', { digest });
  refuseUnless(openingDigest(opening) === digest, 'OPENING_MISMATCH', { digest });
  return opening.value;
}
