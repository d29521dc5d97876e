export {
  audit,
  InputError,
  type Audit,
  type AuditOptions,
  type InputErrorCode,
  type Standing,
} from './audit.js';
export type { Counts, Progress } from './auditor.js';
export { checkpointLines, CHECKPOINT_FORMAT, readCheckpoint } from './checkpoint.js';
export type { Divergence, NotEvaluated, Place } from './findings.js';
export { reconciliation, type ReconciliationFinding, type ReconciliationRow } from './reconciliation.js';
export { unreadableUsages, usesReport, type Audited, type UseFilter, type UseRow } from './reports.js';
export type { UsageStep } from './usage-history.js';
export { codeName } from './validation-codes.js';
