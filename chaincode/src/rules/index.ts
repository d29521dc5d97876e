export { callerFrom, CreatorError, type Caller, type Creator } from './caller.js';
export { EDITIONS, editionNamed, KNOWN_RULES, NEWEST, RULES_VERSION } from './editions.js';
export { decodeOpenings, execute, openingDigest, type Call, type Execution } from './execution.js';
export type { Reader } from './ledger.js';
export { readRecords } from './records.js';
export * from './restoration/index.js';
export type { AnyRule, Edition, LedgerEvent } from './rule.js';
export { attemptOf } from './usage/attempt.js';
export { judgeUse, type Judged } from './usage/judgement.js';
export { listsOf } from './usage/lists.js';
export { needMethod } from './valuations/methods.js';
export {
  EDITION_TABLE,
  editionFor,
  editionsDigest,
  editionsDigests,
  isEarlier,
  type EditionTable,
  type TableEntry,
} from './version.js';
