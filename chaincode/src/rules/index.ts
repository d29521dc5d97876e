import { attestationRules } from './attestations/index.js';
import { claimRules } from './claims/index.js';
import { componentRules } from './components/index.js';
import { compromiseRules } from './compromises/index.js';
import { consentRules } from './consents/index.js';
import { datasetRules } from './datasets/index.js';
import { disputeRules } from './disputes/index.js';
import { eventRules } from './events/index.js';
import { grantRules } from './grants/index.js';
import { holdRules } from './holds/index.js';
import { obligationRules } from './obligations/index.js';
import { participantRules } from './participants/index.js';
import type { AnyRule } from './rule.js';
import { spaceRules } from './space/index.js';
import { transformationRules } from './transformations/index.js';
import { usageRules } from './usage/index.js';
import { valuationRules } from './valuations/index.js';

export { callerFrom, CreatorError, type Caller, type Creator } from './caller.js';
export { decodeOpenings, execute, openingDigest, type Call, type Execution } from './execution.js';
export type { Reader } from './ledger.js';
export * from '../policy/index.js';
export { TEMPLATES, templateOf, type PolicyTemplate } from '../policy/templates/index.js';
export { readRecords } from './records.js';
export * from './restoration/index.js';
export type { AnyRule, LedgerEvent } from './rule.js';
export { attemptOf } from './usage/attempt.js';
export { judgeUse, type Judged } from './usage/judgement.js';
export { listsOf } from './usage/lists.js';
export { needMethod } from './valuations/methods.js';
export { editionsDigest, KNOWN_RULES, RULES_VERSION } from './version.js';

/** Every transaction's rule, by transaction name. `records:Get` and `records:Restore` are the contract's own: no rule decides them. */
export const rules: ReadonlyMap<string, AnyRule> = new Map(
  [
    ...spaceRules,
    ...participantRules,
    ...componentRules,
    ...datasetRules,
    ...claimRules,
    ...grantRules,
    ...usageRules,
    ...attestationRules,
    ...consentRules,
    ...eventRules,
    ...transformationRules,
    ...obligationRules,
    ...valuationRules,
    ...holdRules,
    ...disputeRules,
    ...compromiseRules,
  ].map((rule) => [rule.descriptor.name, rule]),
);
