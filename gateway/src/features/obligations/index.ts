import type { Feature } from '../../feature/feature.js';
import { obligationProblems } from './problems.js';

/** Duties that gateways carry out by themselves. */
export const obligations: Feature = { name: 'obligations', problems: obligationProblems };
