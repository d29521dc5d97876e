import {
  keys,
  refuseUnless,
  type Grant,
  type Id,
  type Instant,
  type Json,
  type Terms,
  type Unstamped,
} from '../../model/index.js';
import { write, type Ledger, type Write } from '../ledger.js';
import { excessOf, problemList, quotaOf, type PolicyProblem } from '../../policy/index.js';
import { refuseKept } from './handing-on.js';
import { lineageOf } from './lineage.js';

type Parent = NonNullable<Grant['parent']>;

/**
 * Refuse a sub-grant that its parent does not permit, or that gives more than the parent has. What ends, stops or forbids any grant of
 * the line does so for all that would be below it, however many grants lie between.
 */
export async function refuseUnlicensed(
  ledger: Ledger,
  { terms, consumer }: Unstamped<Grant>,
  { grant: parentId, depth }: Parent,
  at: Instant,
): Promise<void> {
  const parent = await ledger.need(keys.grant(parentId));
  const maxDepth = parent.terms.sublicence?.maxDepth ?? 0;
  refuseUnless(depth <= maxDepth, 'SUBLICENCE_NOT_PERMITTED', { parentId, depth, maxDepth });
  for (const ancestor of await lineageOf(ledger, parent)) {
    const { id, state: from } = ancestor;
    refuseUnless(from === 'ACTIVE', 'ILLEGAL_STATE', { id, from, to: 'ACTIVE' });
    const { until } = ancestor.terms.term;
    refuseUnless(at < until, 'PERIOD_INVALID', { id, until });
    await refuseKept(ledger, ancestor, consumer, at);
  }
  const problems = [...excessOfTerms(terms, parent.terms), ...excessOfQuota(terms, parent)];
  refuseUnless(problems.length === 0, 'SUBLICENCE_NOT_PERMITTED', {
    parentId,
    problems: problemList(problems, '/terms'),
  });
}

const excess = (isExcess: boolean, pointer: string, reason: string): readonly PolicyProblem[] =>
  isExcess ? [{ pointer, reason }] : [];

function excessOfTerms(terms: Terms, parent: Terms): readonly PolicyProblem[] {
  const { term, survival, sublicence } = terms;
  const isOutside = term.from < parent.term.from || term.until > parent.term.until;
  const isDeeper = (sublicence?.maxDepth ?? 0) > (parent.sublicence?.maxDepth ?? 0);
  const outlives = survival.some((result) => !parent.survival.includes(result));
  const isLonger = parent.lease !== undefined && (terms.lease === undefined || terms.lease > parent.lease);
  return [
    ...excessOf(terms.enforced, parent.enforced).map(({ pointer, reason }) => ({
      pointer: `/enforced${pointer}`,
      reason,
    })),
    ...excess(isOutside, '/term', 'reaches beyond the term of the parent grant'),
    ...excess(isDeeper, '/sublicence', 'permits deeper sub-licences than the parent grant'),
    ...excess(outlives, '/survival', 'lets more survive than the parent grant'),
    ...excess(isLonger, '/lease', 'lets a use last longer than the parent grant'),
  ];
}

function excessOfQuota({ enforced }: Terms, { quota: left }: Grant): readonly PolicyProblem[] {
  if (left === undefined) return [];
  const asked = quotaOf(enforced);
  const isExcess = asked === undefined || asked > left;
  return excess(
    isExcess,
    '/enforced',
    `the parent grant has ${left} uses, and a sub-grant must name its own`,
  );
}

/**
 * Uses of a counted sub-grant come off the tail of the parent's slots, for good. The parent has handed slots out in
 * order, so the first one given away being free shows that all of them are.
 */
export async function takeFromParent(ledger: Ledger, grant: Grant): Promise<readonly Write[]> {
  if (grant.parent === undefined) return [];
  const parent = await ledger.need(keys.grant(grant.parent.grant));
  if (parent.quota === undefined) return [];
  const quota = parent.quota - (grant.quota ?? parent.quota);
  const taken = await ledger.get(keys.usageSlot(parent.id, quota));
  refuseUnless(taken === undefined, 'SUBLICENCE_NOT_PERMITTED', usedUp(parent.id, quota));
  return [write(keys.grant(parent.id), { ...parent, quota })];
}

const usedUp = (parentId: Id<'grant'>, left: number): Json => ({
  parentId,
  problems: [
    { pointer: '/terms/enforced', reason: `the parent grant has used more than ${left} of its uses` },
  ],
});
