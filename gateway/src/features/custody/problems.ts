import { change, giveUp, problemTypes, retry, retrySoon } from '../../http/problem-kind.js';

/** What custody answers beside the problems that every feature has. */
export const custodyProblems = problemTypes({
  NOT_OURS: giveUp(403, 'The use is another organisation’s.'),
  KEY_UNKNOWN: giveUp(409, 'The one-time key of this use is not in this gateway.'),
  NOT_ALLOWED_YET: retrySoon(409, 'The request has not been answered yet.'),
  DENIED: giveUp(403, 'The use was denied on the ledger.'),
  LEASE_ENDED: retry(409, 'The lease of the use has ended, and could not be renewed now.'),
  LAPSED: giveUp(409, 'The request lapsed without an answer; ask anew.'),
  HEADER_NOT_RELEASED: retrySoon(409, 'The use is allowed and its key is not published within reach.'),
  NOT_SEALED: change(409, 'The version is not delivered as a sealed payload.'),
  RESULT_UNEXPECTED: giveUp(502, 'The ledger returned other ids than the request determines.'),
});
