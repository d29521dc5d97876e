export {
  audit,
  InputError,
  type Audit,
  type AuditOptions,
  type InputErrorCode,
  type Standing,
} from './audit.js';
export type { Counts, Progress } from './auditor.js';
export { readResume, resumeLines, RESUME_FORMAT } from './resume.js';
export type { Departure, Divergence, NotEvaluated, Place } from './findings.js';
export { reconciliation, type ReconciliationFinding, type ReconciliationRow } from './reconciliation.js';
export { usesReport, type Audited, type UseFilter, type UseRow } from './reports.js';
export type { UsageStep } from './usage-history.js';
export { codeName } from './validation-codes.js';
