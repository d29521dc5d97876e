export { Checklist, STEPS, type Step, type StepCode, type StepResult } from './checklist.js';
export type { Subtle } from './crypto/subtle.js';
export { outcomeOf } from './outcome.js';
export { REASONS, Rejection, type Facts, type Reason } from './rejection.js';
export { formatTrust, readTrust, TrustError } from './trust/file.js';
export { trustFromStatements } from './trust/statements.js';
export type { Trust } from './trust/trust.js';
export * from './verdict.js';
export { verify, type Inputs } from './verify.js';
