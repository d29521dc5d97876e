export { comparePolicies, policyComparison, type PolicyComparison } from './compare.js';
export type { Excess } from './direction.js';
export { explain, type Explanation } from './explain.js';
export { LANGUAGES, type Language } from './language.js';
export { plainText, type Passage } from './passage.js';
export type { Direction } from './phrases.js';
export { visible } from './quotation.js';
export { policyPassages, renderPolicy } from './render.js';
export type { Decided } from './telling.js';
