import { giveUp, problemTypes, retrySoon } from '../../http/problem-kind.js';

/** What obligations answer beside the problems that every feature has. */
export const obligationProblems = problemTypes({
  NOTICE_INVALID: giveUp(403, 'No notice that a certified component of the debtor has signed for us.'),
  OBLIGATION_UNKNOWN: retrySoon(404, 'Our own peer does not show the obligation yet.'),
});
