import { odrl, type Usage } from '../../model/index.js';

/** A use as the rule of an ODRL Request: the consumer wants to do this to the version, which is part of its dataset. */
export const attemptOf = ({
  action,
  consumer,
  version,
}: Pick<Usage, 'action' | 'consumer' | 'version'>): odrl.Attempt => ({
  action,
  party: consumer,
  target: version,
});

/** Constraints anywhere in a policy, those of refinements and duties among them, in the order they are written. */
export function constraintsIn(policy: unknown): readonly odrl.AtomicConstraint[] {
  if (typeof policy !== 'object' || policy === null) return [];
  if ('leftOperand' in policy) return [policy as odrl.AtomicConstraint];
  return Object.values(policy).flatMap(constraintsIn);
}
