import { giveUp, problemTypes } from '../../http/problem-kind.js';

/** What checkpoints answer beside the problems that every feature has. */
export const checkpointProblems = problemTypes({
  CHECKPOINT_NOT_KEPT: giveUp(404, 'No checkpoint of this height is kept here, or none was reached yet.'),
  CHECKPOINT_RETRACTED: giveUp(
    410,
    'Another body was signed here for this height than the ledger gives; it is served never again.',
  ),
});
