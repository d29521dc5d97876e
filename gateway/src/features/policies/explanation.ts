import { id, keys, type Policy, type Usage } from '@tallystick/chaincode/model';
import { KNOWN_RULES } from '@tallystick/chaincode/rules';
import type { Projection } from '../../projection/port.js';
import { named } from './naming.js';
import { PolicyError, type Explained, type Language } from './port.js';
import type { Study } from './study.js';
import type { Decided } from './tasks.js';

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
  const record = await projection.record(keys.usage(id('usage').parse(usageId)));
  if (record === undefined) throw new PolicyError('NOT_FOUND', `No use ${usageId}`);
  const usage = record.value;
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
  const record = await projection.record(keys.lease(id, number));
  if (record === undefined) throw new PolicyError('NOT_FOUND', `No lease ${number} of ${id}`);
  refuseUnknownRules(record.value);
  return record.value;
}

async function policyOf(projection: Pick<Projection, 'record'>, { grant }: Usage): Promise<Policy> {
  const record = await projection.record(keys.grant(grant));
  if (record === undefined) throw new PolicyError('NOT_FOUND', `No grant ${grant}`);
  return record.value.terms.enforced;
}

/** Why a use, or a lease of it, was allowed or denied. Throws PolicyError. */
export async function explainUse(
  projection: Pick<Projection, 'record'>,
  study: Study,
  usageId: string,
  language: Language,
  lease?: number,
): Promise<Explained> {
  const { usage, decided } = await decisionOn(projection, usageId, lease);
  const policy = await policyOf(projection, usage);
  const explanation = await study('tell', { usage, policy, decided, language });
  const { summary, lines } = await named(explanation, projection);
  return {
    usageId,
    ...(lease !== undefined && { lease }),
    language,
    outcome: decided.outcome,
    summary,
    lines,
    facts: decided.facts,
    ...(decided.code !== undefined && { code: decided.code }),
    ...(decided.policy && { report: decided.policy.report }),
  };
}
