import { keys, refuseUnless, type Component, type Id } from '../../model/index.js';
import type { Caller } from '../caller.js';
import { isRegulator } from '../governance.js';
import type { Ledger } from '../ledger.js';

/** The component, for its certifier or a regulator; refused with NOT_CERTIFIER for anyone else. */
export async function needCertified(
  ledger: Ledger,
  id: Id<'component'>,
  { participant }: Caller,
): Promise<Component> {
  const component = await ledger.need(keys.component(id));
  const space = await ledger.need(keys.space());
  const mayJudge = component.certifiedBy === participant || isRegulator(space, participant);
  refuseUnless(mayJudge, 'NOT_CERTIFIER', { id, certifiedBy: component.certifiedBy });
  return component;
}

/** Nobody vouches for its own component, whatever its office. Stopping one's own is not vouching. */
export function refuseOwned(owner: Id<'participant'>, { participant }: Caller): void {
  refuseUnless(owner !== participant, 'CONFLICT_OF_INTEREST', { owner });
}
