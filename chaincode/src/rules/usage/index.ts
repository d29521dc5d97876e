import type { AnyRule } from '../rule.js';
import { answerUse } from './answer.js';
import { adjudicateUse, contestUse, deliverUse } from './contest.js';
import { acknowledgeUse, lapseUse } from './receipt.js';
import { renewLease } from './renewal.js';
import { requestUse } from './request.js';

export const usageRules: readonly AnyRule[] = [
  requestUse,
  answerUse,
  lapseUse,
  acknowledgeUse,
  renewLease,
  contestUse,
  deliverUse,
  adjudicateUse,
];
