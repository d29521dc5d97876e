import { keys, type Id, type Judgement, type Policy, type Usage } from '@tallystick/chaincode/model';
import {
  attemptOf,
  explain,
  judgeUse,
  KNOWN_RULES,
  reportDigest,
  type Judged,
} from '@tallystick/chaincode/rules';
import type { Projection } from '../projection/port.js';
import { PolicyError, type Explained, type Language } from './port.js';

type Answer = NonNullable<Usage['answer']>;

async function answered(
  projection: Pick<Projection, 'record'>,
  usageId: string,
): Promise<{ usage: Usage; answer: Answer }> {
  const record = await projection.record(keys.usage(usageId as Id<'usage'>).text);
  if (record === undefined) throw new PolicyError('NOT_FOUND', `No use ${usageId}`);
  const usage = record.value as unknown as Usage;
  if (usage.answer === undefined) throw new PolicyError('NOT_ANSWERED', 'Nobody has decided it yet');
  if (!KNOWN_RULES.has(usage.rules)) {
    throw new PolicyError('RULES_UNKNOWN', 'Decided by other rules', { rules: usage.rules });
  }
  return { usage, answer: usage.answer };
}

async function policyOf(projection: Pick<Projection, 'record'>, { grant }: Usage): Promise<Policy> {
  const record = await projection.record(keys.grant(grant).text);
  if (record === undefined) throw new PolicyError('NOT_FOUND', `No grant ${grant}`);
  return (record.value as unknown as { terms: { enforced: Policy } }).terms.enforced;
}

/** The policy judged again, to the report that the answer names. */
function judgedAgain(usage: Usage, policy: Policy, { report, world }: Judgement): Judged {
  const again = judgeUse(policy, usage, world);
  const digest = reportDigest(again.report);
  if (digest === report) return again;
  throw new PolicyError('REPORT_DIFFERS', 'The report made again is not the one recorded', {
    recorded: report,
    made: digest,
  });
}

/** Why a use was allowed or denied. Throws PolicyError. */
export async function explainUse(
  projection: Pick<Projection, 'record'>,
  usageId: string,
  language: Language,
): Promise<Explained> {
  const { usage, answer } = await answered(projection, usageId);
  const policy = await policyOf(projection, usage);
  const judgement = answer.policy;
  const judged = judgement && judgedAgain(usage, policy, judgement);
  const { summary, lines } = explain(
    {
      policy,
      attempt: attemptOf(usage),
      denial: answer.code,
      permissions: (answer.outcome === 'ALLOWED' && judged?.decision.permissions) || [],
      facts: answer.facts,
      ...(judgement && judged && { world: judgement.world, report: judged.report }),
    },
    language,
  );
  return {
    usageId,
    language,
    outcome: answer.outcome,
    summary,
    lines,
    facts: answer.facts,
    ...(answer.code !== undefined && { code: answer.code }),
    ...(judgement && { report: judgement.report }),
  };
}
