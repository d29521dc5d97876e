import type { Policy, PolicyWorld, Usage } from '../../model/index.js';
import { dutyPlaces, evaluate, isTiming, type PlacedDuty } from '../policy/index.js';
import { attemptOf } from './attempt.js';

type Asked = Pick<Usage, 'action' | 'consumer' | 'version'>;

/**
 * JSON pointers of the duties, consequences and remedies left out, that a use may fall under. A duty that is bound to a
 * condition applies unless the condition certainly does not hold; when it is to be done is no condition of it.
 */
export function dutiesThatApply(policy: Policy, usage: Asked, world: PolicyWorld): ReadonlySet<string> {
  const applying = dutyPlaces(policy)
    .filter(({ role }) => role === 'PERMISSION' || role === 'OBLIGATION')
    .filter((placed) => mayApply(placed, usage, world));
  return new Set(applying.map(({ pointer }) => pointer));
}

function mayApply({ duty }: PlacedDuty, usage: Asked, world: PolicyWorld): boolean {
  const constraint = (duty.constraint ?? []).filter((of) => !isTiming(of));
  const alone = {
    '@type': 'Set' as const,
    conflict: 'invalid' as const,
    obligation: [{ ...duty, constraint }],
  };
  const { rules } = evaluate(alone, attemptOf(usage), world, 'open');
  return rules.every(({ activation }) => activation === 'Active');
}
