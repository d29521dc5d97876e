import type { PolicyWorld } from '../../model/index.js';
import { providerUnder } from '../grants/parties.js';
import type { Write } from '../ledger.js';
import { makeDue } from '../obligations/making.js';
import { grantOf, type Circumstances } from './circumstances.js';
import { dutiesThatApply } from './condition.js';

/**
 * What an allowed use leaves to be done: the duties that follow it, of each permission that carries it. One that recurs
 * is owed by the period, not by the use.
 */
export function owedAfter(
  circumstances: Circumstances,
  permissions: readonly string[],
  world: PolicyWorld,
): readonly Write[] {
  const { standings, space, claim, usage, at, lineage } = circumstances;
  const grant = grantOf(circumstances);
  const root = lineage.at(-1) ?? grant;
  const due = dutiesThatApply(grant.terms.enforced, usage, world);
  const plans = (standings[0]?.plans ?? []).filter(
    ({ pointer, kind, every }) =>
      kind === 'AFTER' &&
      every === undefined &&
      due.has(pointer) &&
      permissions.some((of) => pointer.startsWith(`${of}/`)),
  );
  const debt = { grant, provider: providerUnder(root, claim), rulebook: space.rulebook, since: at };
  return makeDue(plans, debt, { usage: usage.id });
}
