import { descriptors, keys, refuseUnless, type Component } from '../../model/index.js';
import { componentType } from '../../model/records/index.js';
import { write } from '../ledger.js';
import { enders, replaces } from '../powers/index.js';
import { accept, move, rule, type Decision } from '../rule.js';
import { needCertified, refuseOwned } from './certifier.js';

const { Suspend, Reinstate, Revoke } = descriptors.components;

/** A regulator may suspend over the operator's suspension, so that the operator cannot lift it; not the reverse. */
export const suspend = rule(Suspend, async ({ componentId, reason }, ledger, caller) => {
  const { component, as } = await needCertified(ledger, componentId, caller);
  const { id, state: from, suspension: before } = component;
  const isOver = before === undefined || replaces('componentSuspended', before.as, as);
  refuseUnless(from !== 'SUSPENDED' || isOver, 'ILLEGAL_STATE', { id, from, to: 'SUSPENDED' });
  const suspension = { by: caller.participant, as, reason };
  return judged({ ...move(componentType, component, 'SUSPENDED'), suspension }, 'component.suspended');
});

export const reinstate = rule(Reinstate, async ({ componentId, reason }, ledger, caller) => {
  const { component, as } = await needCertified(ledger, componentId, caller);
  const { suspension, ...suspended } = component;
  await refuseOwned(ledger, caller, component.owner);
  const { id, state: from } = component;
  refuseUnless(from === 'SUSPENDED' && suspension !== undefined, 'ILLEGAL_STATE', {
    id,
    from,
    to: 'CERTIFIED',
  });
  const { by: suspendedBy } = suspension;
  refuseUnless(enders('componentSuspended', suspension.as).includes(as), 'NOT_REGULATOR', {
    id,
    suspendedBy,
  });
  return judged({ ...move(componentType, suspended, 'CERTIFIED'), reason }, 'component.reinstated');
});

export const revoke = rule(Revoke, async ({ componentId, reason }, ledger, caller) => {
  const { component } = await needCertified(ledger, componentId, caller);
  return judged({ ...move(componentType, component, 'REVOKED'), reason }, 'component.revoked');
});

type Judged = Decision<{ componentId: Component['id']; state: Component['state'] }>;

const judged = (component: Component, name: string): Judged =>
  accept(
    [write(keys.component(component.id), component)],
    { name, componentId: component.id },
    { componentId: component.id, state: component.state },
  );
