import type { PolicyWorld } from '../../model/index.js';
import { providerUnder } from '../grants/parties.js';
import type { Write } from '../ledger.js';
import { makeDue } from '../obligations/making.js';
import { dutyPlaces, type PlacedDuty } from '../policy/duties/place.js';
import { evaluate, isTiming } from '../policy/index.js';
import { attemptOf } from './attempt.js';
import { grantOf, type Circumstances } from './circumstances.js';

/**
 * What an allowed use leaves to be done: the duties that follow it, of each permission that carries it. One that recurs
 * is owed by the period, not by the use.
 */
export function owedAfter(
  circumstances: Circumstances,
  permissions: readonly string[],
  world: PolicyWorld,
): readonly Write[] {
  const { standings, space, claim, usage, at } = circumstances;
  const grant = grantOf(circumstances);
  const owed = dutyPlaces(grant.terms.enforced)
    .filter(
      ({ pointer, role }) => role === 'PERMISSION' && permissions.some((of) => pointer.startsWith(`${of}/`)),
    )
    .filter((placed) => mayApply(placed, circumstances, world))
    .map(({ pointer }) => pointer);
  const plans = (standings[0]?.plans ?? []).filter(
    ({ pointer, kind, every }) => kind === 'AFTER' && every === undefined && owed.includes(pointer),
  );
  const debt = { grant, provider: providerUnder(grant, claim), rulebook: space.rulebook, since: at };
  return makeDue(plans, debt, { usage: usage.id });
}

/**
 * A duty that is bound to a condition is owed unless the condition certainly does not hold; when it is to be done is no
 * condition of it.
 */
function mayApply({ duty }: PlacedDuty, { usage }: Circumstances, world: PolicyWorld): boolean {
  const constraint = (duty.constraint ?? []).filter((of) => !isTiming(of));
  const alone = {
    '@type': 'Set' as const,
    conflict: 'invalid' as const,
    obligation: [{ ...duty, constraint }],
  };
  const { rules } = evaluate(alone, attemptOf(usage), world, 'open');
  return rules.every(({ activation }) => activation === 'Active');
}
