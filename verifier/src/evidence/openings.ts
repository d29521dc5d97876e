import type { Digest, Opening } from '@tallystick/chaincode/model';
import { openingDigest } from '@tallystick/chaincode/rules';
import type { Checklist } from '../checklist.js';
import { Rejection } from '../rejection.js';

/** Sealed fields of a record: JSON pointer and digest of each `{sealed: {digest, cid}}`. */
function sealedIn(value: unknown, pointer = ''): { readonly pointer: string; readonly digest: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const { sealed } = value as { sealed?: { digest?: unknown } };
  if (typeof sealed === 'object' && typeof sealed.digest === 'string')
    return [{ pointer, digest: sealed.digest }];
  return Object.entries(value).flatMap(([name, member]) => sealedIn(member, `${pointer}/${name}`));
}

/**
 * Every opening in the file must open a commitment that stands on the ledger, and every sealed field without one is said to be not
 * evaluated. An opening that opens nothing was altered, or belongs to something else.
 * @returns what was disclosed, by digest
 */
export function checkOpenings(
  texts: readonly (readonly [key: string, text: string])[],
  openings: readonly Opening[],
  list: Checklist,
): Readonly<Record<string, unknown>> {
  const byDigest = new Map<string, Opening>(openings.map((opening) => [openingDigest(opening), opening]));
  const found = new Map<string, string>();
  for (const [key, text] of texts)
    for (const { pointer, digest } of sealedIn(JSON.parse(text)))
      found.set(`${key}#${pointer} ${digest}`, digest);
  for (const [name, digest] of found) {
    const [subject = ''] = name.split(' ');
    if (byDigest.has(digest)) list.pass('sealed.openings', subject, { digest });
    else list.notEvaluated('sealed.openings', subject, 'OPENING_MISSING', { digest });
  }
  const opened = new Set(found.values());
  for (const digest of byDigest.keys() as Iterable<Digest>) {
    if (!opened.has(digest))
      list.fail('sealed.openings', digest, new Rejection('OPENING_DIFFERS', { digest }));
  }
  return Object.fromEntries(
    [...byDigest].flatMap(([digest, { value }]) => (opened.has(digest) ? [[digest, value] as const] : [])),
  );
}
