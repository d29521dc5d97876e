import type { Program } from '../program.js';
import { answerCases } from './answers.js';
import { conflictCases } from './conflicts.js';
import { keyCases } from './keys.js';
import { transactionCases } from './transactions.js';
import { valueCases } from './values.js';

export { declaredCases } from './answers.js';

/** Every hand-written program whose outcome must be the same on every ledger. */
export const edgeCases: readonly Program[] = [
  ...keyCases,
  ...valueCases,
  ...conflictCases,
  ...transactionCases,
  ...answerCases,
];
