import {
  keys,
  type Id,
  type Judgement,
  type Lease,
  type Policy,
  type Usage,
} from '@tallystick/chaincode/model';
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
/** What the answer of a use and each of its leases say alike. */
type Decided = Pick<Answer, 'outcome' | 'code' | 'facts' | 'policy'>;

interface Decision {
  readonly usage: Usage;
  readonly decided: Decided;
}

function refuseUnknownRules({ rules }: Pick<Usage, 'rules'>): void {
  if (!KNOWN_RULES.has(rules)) throw new PolicyError('RULES_UNKNOWN', 'Decided by other rules', { rules });
}

/** The answer of a use, or the decision of one of its leases. */
async function decisionOn(
  projection: Pick<Projection, 'record'>,
  usageId: string,
  number: number | undefined,
): Promise<Decision> {
  const record = await projection.record(keys.usage(usageId as Id<'usage'>).text);
  if (record === undefined) throw new PolicyError('NOT_FOUND', `No use ${usageId}`);
  const usage = record.value as unknown as Usage;
  if (number !== undefined) return { usage, decided: await leaseOf(projection, usage, number) };
  if (usage.answer === undefined) throw new PolicyError('NOT_ANSWERED', 'Nobody has decided it yet');
  refuseUnknownRules(usage);
  return { usage, decided: usage.answer };
}

async function leaseOf(
  projection: Pick<Projection, 'record'>,
  { id }: Usage,
  number: number,
): Promise<Decided> {
  const record = await projection.record(keys.lease(id, number).text);
  if (record === undefined) throw new PolicyError('NOT_FOUND', `No lease ${number} of ${id}`);
  const lease = record.value as unknown as Lease;
  refuseUnknownRules(lease);
  return lease;
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

/** Why a use, or a lease of it, was allowed or denied. Throws PolicyError. */
export async function explainUse(
  projection: Pick<Projection, 'record'>,
  usageId: string,
  language: Language,
  lease?: number,
): Promise<Explained> {
  const { usage, decided } = await decisionOn(projection, usageId, lease);
  const policy = await policyOf(projection, usage);
  const judgement = decided.policy;
  const judged = judgement && judgedAgain(usage, policy, judgement);
  const { summary, lines } = explain(
    {
      policy,
      attempt: attemptOf(usage),
      denial: decided.code,
      permissions: (decided.outcome === 'ALLOWED' && judged?.decision.permissions) || [],
      facts: decided.facts,
      ...(judgement && judged && { world: judgement.world, report: judged.report }),
    },
    language,
  );
  return {
    usageId,
    ...(lease !== undefined && { lease }),
    language,
    outcome: decided.outcome,
    summary,
    lines,
    facts: decided.facts,
    ...(decided.code !== undefined && { code: decided.code }),
    ...(judgement && { report: judgement.report }),
  };
}
