export { admit, sizeFaults } from './admission.js';
export { enforcementOf, type Enforced } from './enforcement.js';
export { FINDINGS, type Finding, type FindingCode } from './finding.js';
export { lint } from './lint.js';
export { quotaOf } from './quota.js';
export { excessOf } from './subsumption.js';
