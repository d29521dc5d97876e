import {
  anyId,
  keys,
  Refusal,
  type descriptors,
  type Policy,
  type RequestOf,
  type Terms,
} from '../../model/index.js';
import type { Ledger } from '../ledger.js';
import { inheritanceOf, PARENTS, problemList, readPolicy, type PolicyProblem } from '../../policy/index.js';

/** Terms as a side writes them: the policy in compact JSON-LD. */
export type OfferedTerms = RequestOf<typeof descriptors.grants.Offer>['terms'];

/**
 * The terms as the ledger keeps them: what is enforced is read into canonical form, so that two spellings of one policy
 * have one digest. What is not understood is refused as a whole; leaving it out would widen the policy.
 */
export async function readTerms(ledger: Ledger, { enforced, ...terms }: OfferedTerms): Promise<Terms> {
  const names = inheritanceOf(enforced);
  const areFew = names.length <= PARENTS;
  if (!areFew) throw tooCostly([{ pointer: '/inheritFrom', reason: `must not be more than ${PARENTS}` }]);
  const reading = readPolicy(enforced, await inheritedBy(ledger, names));
  if ('problems' in reading) throw unenforceable(reading.problems);
  return { ...terms, enforced: reading.policy };
}

/** Refusal of a policy that the ledger cannot see through. */
export const unenforceable = (problems: readonly PolicyProblem[]): Refusal =>
  new Refusal('POLICY_UNENFORCEABLE', { problems: problemList(problems, '/terms/enforced') });

/** Refusal of a policy that would keep an endorser too long. */
export const tooCostly = (problems: readonly PolicyProblem[]): Refusal =>
  new Refusal('POLICY_TOO_COSTLY', { problems: problemList(problems, '/terms/enforced') });

const grantId = anyId('grant');

/** Policies that are inherited from: those of grants, named by their ids. Nothing is fetched from anywhere else. */
async function inheritedBy(ledger: Ledger, named: readonly string[]): Promise<ReadonlyMap<string, Policy>> {
  const names = named.flatMap((name) => grantId.safeParse(name).data ?? []);
  const grants = await Promise.all(names.map((name) => ledger.get(keys.grant(name))));
  return new Map(grants.flatMap((grant) => (grant ? [[grant.id, grant.terms.enforced] as const] : [])));
}
