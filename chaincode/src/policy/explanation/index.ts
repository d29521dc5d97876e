export {
  comparePolicies,
  comparisonText,
  policyComparison,
  type PolicyComparison,
} from './comparison/compare.js';
export type { Excess } from './comparison/direction.js';
export { explain, type Explanation } from './decision/explain.js';
export { idsIn, withNames, type NameOf } from './decision/naming.js';
export type { DecidedUse } from './decision/context.js';
export { passage, plainLines, plainText, type Passage } from './rendering/passage.js';
export { policyPassages, renderPolicy } from './rendering/policy.js';
export { quoted, visible } from './rendering/quotation.js';
export { denialReason } from './wording/catalogue.js';
export { LANGUAGES, type Language } from './wording/language.js';
export type { Direction } from './wording/phrases.js';
