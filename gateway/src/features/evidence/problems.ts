import { change, problemTypes, retrySoon } from '../../http/problem-kind.js';

/** What evidence answers beside the problems that every feature has. */
export const evidenceProblems = problemTypes({
  EVIDENCE_PENDING: retrySoon(503, 'Too few witnesses have signed a checkpoint over this yet.'),
  EVIDENCE_TOO_LARGE: change(413, 'What is asked for does not fit into one file.'),
});
