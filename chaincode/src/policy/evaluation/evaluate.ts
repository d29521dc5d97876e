import { digestOf, encode, type Digest } from '../../model/index.js';
import type { Attempt, Policy, PolicyWorld } from '../../model/odrl/index.js';
import type { PolicyReport } from '../report.js';
import { occasionOf, type Behaviour } from './occasion.js';
import { judgeDuty, judgePermission, judgeProhibition } from './rule.js';

/**
 * Compliance report on a policy for one attempt in one state of the world (W3C ODRL Formal Semantics, draft: a function
 * of these and of the behaviour). Pure, and total: a value that makes no sense is not satisfied.
 */
export function evaluate(
  { permission = [], prohibition = [], obligation = [] }: Policy,
  attempt: Attempt,
  world: PolicyWorld,
  behaviour: Behaviour = 'closed',
): PolicyReport {
  const occasion = occasionOf(attempt, world, behaviour);
  return {
    rules: [
      ...permission.map((rule, at) => judgePermission(rule, `/permission/${at}`, occasion)),
      ...prohibition.map((rule, at) => judgeProhibition(rule, `/prohibition/${at}`, occasion)),
      ...obligation.map((rule, at) => judgeDuty(rule, `/obligation/${at}`, occasion)),
    ],
  };
}

/** SHA-256 of the canonical JSON of a report: what a use records of it. */
export const reportDigest = (report: PolicyReport): Digest => digestOf(encode(report));
