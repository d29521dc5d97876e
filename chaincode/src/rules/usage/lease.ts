import { addSeconds, type Grant, type Instant } from '../../model/index.js';

/** End of a window that begins now; `undefined` where use is granted for the whole term. None outlasts the grant. */
export function leaseEnd({ terms: { lease, term } }: Grant, at: Instant): Instant | undefined {
  if (lease === undefined) return undefined;
  const end = addSeconds(at, lease);
  return end < term.until ? end : term.until;
}
