import { keys, refuseUnless, type Id, type Version } from '../../model/index.js';
import type { Caller } from '../caller.js';
import type { Ledger } from '../ledger.js';

/** A version that is pulled or computed on names a certified component of its custodian, who must answer with it. */
export async function refuseUndeliverable(
  ledger: Ledger,
  { delivery }: Pick<Version, 'delivery'>,
  custodian: Id<'participant'>,
  { time }: Caller,
): Promise<void> {
  if (delivery.mode === 'SEALED') return;
  const component = await ledger.need(keys.component(delivery.component));
  const isCertified = component.state === 'CERTIFIED' && time < component.validUntil;
  refuseUnless(component.owner === custodian && isCertified, 'COMPONENT_NOT_CERTIFIED', {
    componentId: delivery.component,
  });
}
