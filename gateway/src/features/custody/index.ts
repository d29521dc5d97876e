import type { Feature } from '../../feature/feature.js';
import { custodyProblems } from './problems.js';

/** Keys and payloads of this organisation: sealed, released to whom the ledger allows, handed over. */
export const custody: Feature = { name: 'custody', problems: custodyProblems };
