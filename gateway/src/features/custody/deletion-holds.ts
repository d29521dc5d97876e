import {
  heldAs,
  isWithin,
  keys,
  type Grant,
  type Holds,
  type Id,
  type Instant,
  type Usage,
} from '@tallystick/chaincode/model';
import type { Projection } from '../../projection/port.js';
import { CustodyError } from './errors.js';
import { recordAt } from './projected.js';

type Subject = Id<'dataset' | 'claim' | 'grant'>;

/** Links of a chain that are followed: more than there can be ancestors of a grant. */
const MAX_LINKS = 40;

async function chain<T>(
  first: T | undefined,
  next: (of: T) => Promise<T | undefined>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let at = first; at !== undefined && found.length < MAX_LINKS; at = await next(at)) found.push(at);
  return found;
}

/** Everything a hold on which concerns a use: the data, the grant and those it descends from, the claim they rest on. */
async function subjectsOf(
  projection: Pick<Projection, 'record'>,
  usage: Usage,
): Promise<ReadonlySet<Subject>> {
  const grants = await chain<Grant>(
    await recordAt(projection, keys.grant(usage.grant)),
    async ({ parent }) => parent && recordAt(projection, keys.grant(parent.grant)),
  );
  const [grant] = grants;
  // Holds on a claim go with it through transfers: all of its line have one record of them.
  const claim = grant && (await recordAt(projection, keys.claim(grant.claim)));
  return new Set([usage.dataset, ...grants.map(({ id }) => id), ...(claim ? [heldAs(claim)] : [])]);
}

const forbids = ({ holds }: Holds, now: Instant): boolean =>
  holds.some(
    ({ released, effects, term }) =>
      released === undefined && effects.includes('NO_DELETION') && isWithin(now, term),
  );

/**
 * Nobody deletes what a court has ordered to be kept; the ledger does not take it for a breach meanwhile.
 * @throws CustodyError HOLD_IN_EFFECT
 */
export async function refuseDeletion(
  projection: Pick<Projection, 'record'>,
  usage: Usage,
  now: Instant,
): Promise<void> {
  for (const subject of await subjectsOf(projection, usage)) {
    const holds = await recordAt(projection, keys.holds(subject));
    if (holds !== undefined && forbids(holds, now)) {
      const details = { subject, effect: 'NO_DELETION' };
      throw new CustodyError('HOLD_IN_EFFECT', 'A hold forbids deletion', { details });
    }
  }
}
