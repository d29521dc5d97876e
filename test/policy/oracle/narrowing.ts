import type { odrl, Policy } from '@tallystick/chaincode/model';
import { excessOf } from '../../../chaincode/src/policy/analysis/index.js';
import { newRandom, type Random } from '../../differential/random.js';
import { allWithin } from './actions.js';
import { decide } from './deciding.js';
import { Maker } from './generator.js';
import type { Case } from './reporting.js';

/** A child that is said to be no wider than its parent, and a case that it allows and the parent does not. */
export interface Leak extends Case {
  readonly seed: number;
  readonly parent: Policy;
}

type Change = (policy: Policy, maker: Maker, random: Random) => void;

const clone = (policy: Policy): Policy => JSON.parse(JSON.stringify(policy)) as Policy;

/** Lists of constraints anywhere in a value, to be changed in place. */
function listsIn(value: unknown): odrl.Constraint[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [
    ...(['constraint', 'refinement', 'and', 'or', 'xone', 'andSequence'].includes(key)
      ? [part as odrl.Constraint[]]
      : []),
    ...listsIn(part),
  ]);
}

/** Changes one constraint of a policy, wherever it stands. */
const onConstraint =
  (change: (of: odrl.Constraint, maker: Maker, random: Random) => odrl.Constraint): Change =>
  (policy, maker, random) => {
    const lists = listsIn(policy);
    if (lists.length === 0) return;
    const list = random.pick(lists);
    const at = random.below(list.length);
    const of = list[at];
    if (of) list[at] = change(of, maker, random);
  };

const onPermission =
  (change: (of: odrl.Permission, maker: Maker, random: Random) => void): Change =>
  ({ permission = [] }, maker, random) => {
    if (permission.length > 0) change(random.pick(permission), maker, random);
  };

/** Most of them narrow a policy, some widen it. */
const CHANGES: readonly Change[] = [
  onPermission((rule, maker) => (rule.constraint = [...(rule.constraint ?? []), maker.constraint()])),
  onPermission((rule, _maker, random) => {
    if (rule.action) rule.action.name = random.pick([...allWithin(rule.action.name)]);
  }),
  onPermission((rule, maker) => (rule.action ??= { name: maker.action() })),
  onPermission((rule, _maker, random) => rule.constraint?.splice(random.below(rule.constraint.length), 1)),
  onConstraint((of, maker, random) => {
    const other = maker.constraint(0) as odrl.AtomicConstraint;
    if (!('leftOperand' in of) || other.leftOperand !== of.leftOperand) return of;
    return random.percent(50) ? other : { ...of, operator: other.operator };
  }),
  onConstraint((of, maker) => ({ and: [of, maker.constraint(0)] })),
  onConstraint((of, maker) => ({ or: [of, maker.constraint(0)] })),
  onConstraint((of, maker) => ({ xone: [of, maker.constraint(0)] })),
  onConstraint((of) => ({ andSequence: [of] })),
  (policy, maker) => (policy.prohibition = [...(policy.prohibition ?? []), maker.rule()]),
  (policy, _maker, random) => policy.prohibition?.splice(random.below(policy.prohibition.length), 1),
  (policy, _maker, random) => (policy.conflict = random.pick(['perm', 'prohibit', 'invalid'])),
];

const withoutEmpty = (policy: Policy): Policy =>
  JSON.parse(JSON.stringify(policy), (_key, value: unknown) =>
    Array.isArray(value) && value.length === 0 ? undefined : value,
  ) as Policy;

const allows = (of: Case): boolean => decide(of, () => true).denial === undefined;

/** What a random child of a random policy allows and its parent does not, although it is said to be no wider. */
export function leakOf(seed: number, { excess = excessOf, cases = 20 } = {}): Leak | 'wider' | undefined {
  const random = newRandom(seed);
  const maker = new Maker(random);
  const parent = maker.policy();
  const changed = clone(parent);
  for (let left = 1 + random.below(2); left > 0; left -= 1) random.pick(CHANGES)(changed, maker, random);
  const policy = withoutEmpty(changed);
  if (excess(policy, parent).length > 0) return 'wider';
  for (let left = cases; left > 0; left -= 1) {
    const found = { policy, attempt: maker.attempt(policy), world: maker.world([]) };
    if (allows(found) && !allows({ ...found, policy: parent })) return { seed, parent, ...found };
  }
  return undefined;
}
