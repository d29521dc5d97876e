import type { Feature } from '../../feature/feature.js';
import { policyProblems } from './problems.js';

/** Policies before anybody signs them, and explanations afterwards. */
export const policies: Feature = { name: 'policies', problems: policyProblems };
