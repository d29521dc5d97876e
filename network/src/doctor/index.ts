export type { Check } from './check.js';
export { examine } from './examine.js';
export { FINDING_CODES, type Finding, type FindingCode } from './finding.js';
export type { ExaminationOptions } from './examined-network.js';
export { reportOf } from './report.js';
