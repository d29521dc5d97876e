import type { Policy } from '../../model/odrl/index.js';
import type { PolicyProblem } from '../problem.js';
import { holdsForEachAlternative } from './alternatives.js';
import { covers } from './coverage.js';
import { newEffort, type Effort } from './effort.js';
import { quotaOf } from './quota.js';
import { areDutiesKept } from './succession.js';

type Permission = NonNullable<Policy['permission']>[number];
type Prohibition = NonNullable<Policy['prohibition']>[number];

/**
 * Where one policy may allow what another does not, or ask less for it; empty when it is at most as wide. Conservative:
 * each permission, or each alternative of it, must lie within a single permission of the parent, with its duties, and each prohibition and obligation
 * of the parent must be kept. What cannot be proven is an excess.
 */
export function excessOf(child: Policy, parent: Policy): readonly PolicyProblem[] {
  const effort = newEffort();
  return [
    ...conflictExcess(child, parent),
    ...permissionExcess(child, parent, effort),
    ...droppedProhibitions(child, parent, effort),
    ...droppedObligations(child, parent, effort),
    ...quotaExcess(child, parent),
  ];
}

function conflictExcess(child: Policy, parent: Policy): readonly PolicyProblem[] {
  if (child.conflict !== 'perm' || parent.conflict === 'perm') return [];
  return [{ pointer: '/conflict', reason: 'the parent’s prohibitions prevail over permissions' }];
}

const permissionExcess = (child: Policy, parent: Policy, effort: Effort): readonly PolicyProblem[] =>
  (child.permission ?? []).flatMap((own, index) =>
    holdsForEachAlternative(
      own,
      (one) => (parent.permission ?? []).some((outer) => isWithin(one, outer, effort)),
      effort,
    )
      ? []
      : [{ pointer: `/permission/${index}`, reason: 'lies within no single permission of the parent' }],
  );

const isWithin = (own: Permission, outer: Permission, effort: Effort): boolean =>
  covers(outer, own, effort) && areDutiesKept(own.duty, outer.duty, effort);

const droppedProhibitions = (child: Policy, parent: Policy, effort: Effort): readonly PolicyProblem[] =>
  (parent.prohibition ?? [])
    .map((outer, index) => ({ outer, index }))
    .filter(
      ({ outer }) =>
        !holdsForEachAlternative(
          outer,
          (one) => (child.prohibition ?? []).some((own) => isKept(own, one, effort)),
          effort,
        ),
    )
    .map(({ index }) => ({
      pointer: '/prohibition',
      reason: `the parent’s /prohibition/${index} is not kept as wide`,
    }));

const isKept = (own: Prohibition, outer: Prohibition, effort: Effort): boolean =>
  covers(own, outer, effort) && areDutiesKept(own.remedy, outer.remedy, effort);

const droppedObligations = (child: Policy, parent: Policy, effort: Effort): readonly PolicyProblem[] =>
  (parent.obligation ?? []).flatMap((outer, index) =>
    areDutiesKept(child.obligation, [outer], effort)
      ? []
      : [{ pointer: '/obligation', reason: `the parent’s /obligation/${index} is not kept` }],
  );

function quotaExcess(child: Policy, parent: Policy): readonly PolicyProblem[] {
  const [own, outer] = [quotaOf(child), quotaOf(parent)];
  if (outer === undefined || (own !== undefined && own <= outer)) return [];
  return [{ pointer: '/permission', reason: `the parent allows ${outer} uses` }];
}
