import type { Write } from '../ledger.js';
import { providerUnder } from '../grants/parties.js';
import { makeDue } from '../obligations/making.js';
import { isFollowUp } from '../obligations/plan.js';
import { grantOf, type Circumstances } from './circumstances.js';

/**
 * What an allowed use leaves to be done: the duties that follow it, of each permission that carries it. One that recurs
 * is owed by the period, not by the use.
 */
export function owedAfter(circumstances: Circumstances, permissions: readonly string[]): readonly Write[] {
  const { standings, space, claim, usage, at } = circumstances;
  const grant = grantOf(circumstances);
  const plans = (standings[0]?.plans ?? []).filter(
    (plan) =>
      plan.kind === 'AFTER' &&
      plan.every === undefined &&
      !isFollowUp(plan) &&
      permissions.some((permission) => plan.pointer.startsWith(`${permission}/duty/`)),
  );
  const debt = { grant, provider: providerUnder(grant, claim), rulebook: space.rulebook, since: at };
  return makeDue(plans, debt, { usage: usage.id });
}
