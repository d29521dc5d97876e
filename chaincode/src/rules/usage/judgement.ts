import type { Judgement } from '../../model/index.js';
import { decisionOf, evaluate, reportDigest, type DutyKind, type PolicyDecision } from '../policy/index.js';
import { attemptOf } from './attempt.js';
import type { Circumstances } from './circumstances.js';
import type { Standing } from './standing.js';
import { worldOf } from './world.js';

/** Duties that follow a use, are its receipt, or bind who it is handed on to, do not stand before it. */
const DEFERRABLE: readonly DutyKind[] = ['AFTER', 'RECEIPT', 'ONWARD'];

/** What the policy of the grant says of the use, and how that was found. */
export function judge(
  circumstances: Circumstances,
  slot: number | undefined,
): PolicyDecision & { readonly policy: Judgement } {
  const { standings, usage } = circumstances;
  const [standing] = standings;
  if (!standing) throw new Error('a lineage holds at least the grant itself');
  const policy = standing.grant.terms.enforced;
  const [attempt, world] = [attemptOf(usage), worldOf(circumstances, slot)];
  const report = evaluate(policy, attempt, world);
  const decision = decisionOf(policy, report, isDeferrableIn(standing), attempt, world);
  return { ...decision, policy: { report: reportDigest(report), world } };
}

const isDeferrableIn =
  ({ plans }: Standing) =>
  (duty: string): boolean =>
    plans.some(({ pointer, kind }) => pointer === duty && DEFERRABLE.includes(kind));
