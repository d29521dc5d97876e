import { change, giveUp, problemTypes } from '../../http/problem-kind.js';

/** What transformations answer beside the problems that every feature has. */
export const transformationProblems = problemTypes({
  TRANSFORMATION_UNSUPPORTED: change(422, 'No transformation here carries this out.'),
  TRANSFORMATION_FAILED: change(422, 'The content cannot be transformed that way; nothing was registered.'),
  TOO_LARGE_TO_TRANSFORM: giveUp(413, 'The version is larger than can be transformed here.'),
  VERSION_MISMATCH: change(404, 'The dataset has no such version.'),
});
