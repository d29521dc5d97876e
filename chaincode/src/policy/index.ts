export {
  admit,
  enforcementOf,
  excessOf,
  lint,
  quotaOf,
  sizeFaults,
  type Enforced,
  type Finding,
  type FindingCode,
} from './analysis/index.js';
export {
  dutiesOf,
  dutyPlaces,
  isDeferrableKind,
  isTiming,
  POLICY_USAGE,
  type Enforcement,
  type PlacedDuty,
  type PlannedDuty,
} from './duties/index.js';
export {
  addDuration,
  ANSWER_STEPS,
  decisionOf,
  durationOf,
  evaluate,
  reportDigest,
  stepsOf,
  type PolicyDecision,
} from './evaluation/index.js';
export * from './explanation/index.js';
export { problemList, type PolicyProblem } from './problem.js';
export { inheritanceOf, PARENTS, readPolicy, writePolicy } from './reading/index.js';
export type * from './report.js';
export { TEMPLATES, templateOf, type PolicyTemplate } from './templates/index.js';
export {
  actionIn,
  coversTerritory,
  includes,
  isCovered,
  OPERANDS,
  operandIn,
  rankOf,
  territoryIn,
  type DutyKind,
  type KnownAction,
} from './vocabulary/index.js';
