import type { Feature } from '../../feature/feature.js';
import { evidenceProblems } from './problems.js';

/** Files that prove what is on the ledger to somebody who trusts nobody here. */
export const evidence: Feature = { name: 'evidence', problems: evidenceProblems };
