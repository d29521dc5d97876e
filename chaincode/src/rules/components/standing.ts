import { descriptors, keys, refuseUnless, type Component } from '../../model/index.js';
import { componentType } from '../../model/records/index.js';
import { write } from '../ledger.js';
import { accept, move, rule, type Decision } from '../rule.js';
import { needCertified, refuseOwned } from './certifier.js';

const { Suspend, Reinstate, Revoke } = descriptors.components;

export const suspend = rule(Suspend, async ({ componentId, reason }, ledger, caller) => {
  const component = await needCertified(ledger, componentId, caller);
  return judged({ ...move(componentType, component, 'SUSPENDED'), reason }, 'component.suspended');
});

export const reinstate = rule(Reinstate, async ({ componentId, reason }, ledger, caller) => {
  const component = await needCertified(ledger, componentId, caller);
  refuseOwned(component.owner, caller);
  const { id, state: from } = component;
  refuseUnless(from === 'SUSPENDED', 'ILLEGAL_STATE', { id, from, to: 'CERTIFIED' });
  return judged({ ...move(componentType, component, 'CERTIFIED'), reason }, 'component.reinstated');
});

export const revoke = rule(Revoke, async ({ componentId, reason }, ledger, caller) => {
  const component = await needCertified(ledger, componentId, caller);
  return judged({ ...move(componentType, component, 'REVOKED'), reason }, 'component.revoked');
});

type Judged = Decision<{ componentId: Component['id']; state: Component['state'] }>;

const judged = (component: Component, name: string): Judged =>
  accept(
    [write(keys.component(component.id), component)],
    { name, componentId: component.id },
    { componentId: component.id, state: component.state },
  );
