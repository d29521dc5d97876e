import type { Policy, PolicyWorld, Usage } from '../../model/index.js';
import { dutyPlaces, evaluate, isTiming } from '../../policy/index.js';
import { attemptOf } from './attempt.js';

type Asked = Pick<Usage, 'action' | 'consumer' | 'version'>;

/**
 * JSON pointers of the duties, consequences and remedies left out, that a use may fall under. A duty that is bound to a
 * condition applies unless the condition certainly does not hold; when it is to be done is no condition of it.
 */
export function dutiesThatApply(policy: Policy, usage: Asked, world: PolicyWorld): ReadonlySet<string> {
  const places = dutyPlaces(policy).filter(({ role }) => role === 'PERMISSION' || role === 'OBLIGATION');
  const alone = {
    '@type': 'Set' as const,
    conflict: 'invalid' as const,
    obligation: places.map(({ duty: { constraint = [] } }) => ({
      constraint: constraint.filter((of) => !isTiming(of)),
    })),
  };
  // All in one report: what is known is made ready for look-up once.
  const { rules } = evaluate(alone, attemptOf(usage), world, 'open');
  const applying = places.filter((_, at) => rules[at]?.activation === 'Active');
  return new Set(applying.map(({ pointer }) => pointer));
}
