import type { Constraint, Policy } from '../../chaincode/src/model/odrl/index.js';
import type { Direction } from '../../chaincode/src/rules/policy/explanation/index.js';
import { condition, policyOf, VALUE } from './policy-renderings.js';

/** Pairs of policies whose differences are kept in test/vectors/policy/explanation/comparisons.json. */

export interface Pair {
  readonly name: string;
  readonly before: Policy;
  readonly after: Policy;
  /** Whether excess is examined, which needs the analysis of policies. */
  readonly isProven: boolean;
  readonly direction: Direction;
}

const PURPOSE = condition('purpose', 'isAnyOf', ['maintenance', 'research']);
const HERE = condition('spatial', 'eq', 'CN');
const use = (...constraint: readonly Constraint[]): Policy =>
  policyOf({ action: { name: 'use' }, target: { uid: 'press-7' }, constraint: [...constraint] });
const count = (limit: string): Constraint => condition('count', 'lteq', { '@value': limit, '@type': 'xsd:integer' });
const dutiful = (name: string, days = 'P30D'): Policy =>
  policyOf({
    action: { name: 'use' },
    duty: [{ action: { name, refinement: [condition('delayPeriod', 'eq', { '@value': days, '@type': 'xsd:duration' })] } }],
  });
const forbidding = (...constraint: readonly Constraint[]): Policy => ({
  ...use(PURPOSE),
  prohibition: [{ action: { name: 'derive' }, ...(constraint.length > 0 && { constraint: [...constraint] }) }],
});

const pair = (name: string, direction: Direction, before: Policy, after: Policy): Pair => ({
  name,
  before,
  after,
  isProven: false,
  direction,
});
const proven = (name: string, direction: Direction, before: Policy, after: Policy): Pair => ({
  ...pair(name, direction, before, after),
  isProven: true,
});

export const COMPARISONS: readonly Pair[] = [
  pair('nothing', 'same', use(PURPOSE), use(PURPOSE)),
  pair('order and names', 'same', use(PURPOSE, HERE), use(HERE, { ...PURPOSE, uid: 'ex:one' })),
  pair('condition added', 'narrower', use(PURPOSE), use(PURPOSE, HERE)),
  pair('condition removed', 'wider', use(PURPOSE, HERE), use(PURPOSE)),
  pair('condition changed, not examined', 'undetermined', use(PURPOSE, count('10')), use(PURPOSE, count('5'))),
  proven('count lowered', 'narrower', use(PURPOSE, count('10')), use(PURPOSE, count('5'))),
  proven('count raised', 'wider', use(PURPOSE, count('5')), use(PURPOSE, count('10'))),
  proven('purposes exchanged', 'undetermined', use(condition('purpose', 'eq', 'maintenance')), use(condition('purpose', 'eq', 'research'))),
  pair('one condition of a logical one', 'undetermined', use({ or: [PURPOSE, HERE] }), use({ or: [PURPOSE] })),
  pair('action narrower', 'narrower', policyOf({ action: { name: 'use' } }), policyOf({ action: { name: 'read' } })),
  pair('action another', 'undetermined', policyOf({ action: { name: 'read' }, uid: 'ex:one' }), policyOf({ action: { name: 'print' }, uid: 'ex:one' })),
  pair('data named', 'narrower', policyOf({ action: { name: 'use' } }), policyOf({ action: { name: 'use' }, target: { uid: 'press-7' } })),
  pair('party no longer named', 'wider', policyOf({ action: { name: 'use' }, assignee: { uid: 'acme' } }), policyOf({ action: { name: 'use' } })),
  pair('party refined', 'narrower', policyOf({ assignee: { source: 'suppliers' } }), policyOf({ assignee: { source: 'suppliers', refinement: [HERE] } })),
  pair('manner of the action', 'narrower', policyOf({ action: { name: 'print' } }), policyOf({ action: { name: 'print', refinement: [condition('resolution', 'lteq', VALUE.decimal)] } })),
  pair('permission added', 'wider', use(PURPOSE), policyOf(...(use(PURPOSE).permission ?? []), { action: { name: 'print' } })),
  pair('permission removed', 'narrower', policyOf({ action: { name: 'read' } }, { action: { name: 'print' } }), policyOf({ action: { name: 'read' } })),
  pair('prohibition added', 'narrower', use(PURPOSE), forbidding()),
  pair('prohibition with a condition', 'wider', forbidding(), forbidding(HERE)),
  pair('prohibition and remedy', 'narrower', forbidding(), { ...forbidding(), prohibition: [{ action: { name: 'derive' }, remedy: [{ action: { name: 'delete' } }] }] }),
  pair('duty added', 'narrower', policyOf({ action: { name: 'use' } }), dutiful('delete')),
  pair('duty removed', 'wider', dutiful('delete'), policyOf({ action: { name: 'use' } })),
  proven('duty with another deadline', 'narrower', dutiful('delete'), dutiful('delete', 'P10D')),
  pair('obligation added', 'narrower', use(PURPOSE), { ...use(PURPOSE), obligation: [{ action: { name: 'inform' }, informedParty: [{ uid: 'acme' }] }] }),
  pair('party informed', 'undetermined', { ...use(PURPOSE), obligation: [{ action: { name: 'inform' } }] }, { ...use(PURPOSE), obligation: [{ action: { name: 'inform' }, informedParty: [{ uid: 'acme' }], assigner: { uid: 'bolt' } }] }),
  pair('consequence added', 'narrower', { ...use(PURPOSE), obligation: [{ action: { name: 'inform' } }] }, { ...use(PURPOSE), obligation: [{ action: { name: 'inform' }, consequence: [{ action: { name: 'compensate' } }] }] }),
  pair('permissions prevail', 'wider', forbidding(), { ...forbidding(), conflict: 'perm' }),
  pair('prohibitions prevail', 'narrower', { ...forbidding(), conflict: 'perm' }, { ...forbidding(), conflict: 'prohibit' }),
  pair('voidness instead of denial', 'same', { ...forbidding(), conflict: 'prohibit' }, forbidding()),
  pair('action wider', 'wider', policyOf({ action: { name: 'read' } }), policyOf({ action: { name: 'use' } })),
  pair('condition of a prohibition changed', 'undetermined', forbidding(PURPOSE), forbidding(condition('purpose', 'eq', 'audit'))),
  pair('type, identifier and profile', 'same', { ...use(PURPOSE), '@type': 'Offer' }, { ...use(PURPOSE), '@type': 'Agreement', uid: 'ex:policy', profile: ['https://w3id.org/tallystick/odrl'] }),
  proven('one way and the other', 'undetermined', { ...forbidding(), obligation: [{ action: { name: 'inform' } }] }, { ...use(PURPOSE, HERE), conflict: 'perm' }),
];
