import { keys, type Component, type Id } from '../../model/index.js';
import type { Caller } from '../caller.js';
import { isRegulator } from '../governance.js';
import type { Ledger } from '../ledger.js';
import { capacitiesIn, enders, needCapacity, refuseOwnMatter } from '../powers/index.js';

/** A component, and the capacity in which its caller may judge it. */
export interface Judged {
  readonly component: Component;
  readonly as: 'OPERATOR' | 'REGULATOR';
}

/**
 * The component, for who may end its certificate: what a regulator in office certified, regulators; all else, the operator too, also what
 * an operator or a regulator before them certified. Refuses with NOT_CERTIFIER anyone else, and who certified it once and is in no office.
 */
export async function needCertified(ledger: Ledger, id: Id<'component'>, caller: Caller): Promise<Judged> {
  const component = await ledger.need(keys.component(id));
  const { certifiedBy } = component;
  const isByRegulator = isRegulator(await ledger.need(keys.space()), certifiedBy);
  // Stopping one's own is not vouching for it: whoever may vouch asks for its interest besides.
  const capacities = await capacitiesIn(ledger, caller, { parties: [] });
  const allowed = enders('componentCertified', isByRegulator ? 'REGULATOR' : 'OPERATOR');
  return { component, as: needCapacity(capacities, allowed, 'NOT_CERTIFIER', { id, certifiedBy }) };
}

/** Nobody vouches for a component of its own organisation, whatever its office. */
export const refuseOwned = (ledger: Ledger, caller: Caller, owner: Id<'participant'>): Promise<void> =>
  refuseOwnMatter(ledger, caller, [owner], { owner });
