import { type Judgement, type Policy, type PolicyWorld, type Usage, type odrl } from '../../model/index.js';
import {
  ANSWER_STEPS,
  decisionOf,
  dutiesOf,
  evaluate,
  isDeferrableKind,
  reportDigest,
  stepsOf,
  type PolicyDecision,
  type PolicyReport,
} from '../../policy/index.js';
import { attemptOf } from './attempt.js';
import { grantOf, type Circumstances } from './circumstances.js';
import { worldOf } from './world.js';

/** A policy judged for one use. */
export interface Judged {
  readonly attempt: odrl.Attempt;
  readonly report: PolicyReport;
  readonly decision: PolicyDecision;
}

/**
 * Judge a use by the policy of its grant. With the world that a usage records, anyone comes to the report whose digest
 * stands beside it.
 */
export function judgeUse(
  policy: Policy,
  usage: Pick<Usage, 'action' | 'consumer' | 'version'>,
  world: PolicyWorld,
): Judged {
  const attempt = attemptOf(usage);
  const report = evaluate(policy, attempt, world);
  const deferrable = new Set(
    dutiesOf(policy).flatMap(({ pointer, kind }) => (isDeferrableKind(kind) ? [pointer] : [])),
  );
  const decision = decisionOf(policy, report, (duty) => deferrable.has(duty), attempt, world);
  return { attempt, report, decision };
}

/**
 * What the policy of the grant says of the use, and how that was found; `undefined` where that takes more steps than an answer may,
 * the policies of the grants that it descends from among them.
 * @param spend is told of the steps before they are taken, and may refuse
 */
export function judge(
  circumstances: Circumstances,
  slot: number | undefined,
  spend: (steps: number) => void,
): (PolicyDecision & { readonly policy: Judgement }) | undefined {
  const world = worldOf(circumstances, slot);
  const { enforced } = grantOf(circumstances).terms;
  const steps = circumstances.lineage.map(({ terms }) => stepsOf(terms.enforced, world));
  const isAffordable = steps.reduce((total, each) => total + each, 0) <= ANSWER_STEPS;
  if (!isAffordable) return undefined;
  for (const each of steps) spend(each);
  const { report, decision } = judgeUse(enforced, circumstances.usage, world);
  return { ...decision, policy: { report: reportDigest(report), world } };
}
