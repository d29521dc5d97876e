import type { Feature } from '../../feature/feature.js';
import { checkpointProblems } from './problems.js';

/** Checkpoints that witnesses sign, and the watch over everybody’s. */
export const checkpoints: Feature = { name: 'checkpoints', problems: checkpointProblems };
