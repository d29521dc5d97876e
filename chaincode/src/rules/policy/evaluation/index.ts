export { decisionOf, type PolicyDecision } from './decision.js';
export { deonticOf } from './deontic.js';
export { evaluate, reportDigest } from './evaluate.js';
export type { Behaviour } from './occasion.js';
