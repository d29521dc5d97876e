import { change, giveUp, problemTypes, retrySoon } from '../../http/problem-kind.js';

/** What policies answer beside the problems that every feature has. */
export const policyProblems = problemTypes({
  NOT_ANSWERED: retrySoon(409, 'Nobody has decided this use yet.'),
  POLICY_TIMEOUT: change(422, 'The policy takes longer to judge than is allowed here.'),
  POLICIES_BUSY: retrySoon(503, 'Too many policies wait to be judged here.'),
  REPORT_DIFFERS: giveUp(
    502,
    'The policy report made again has another digest than the answer names; no explanation of it would hold.',
  ),
});
