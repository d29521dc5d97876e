import { CHECKPOINTS } from './checkpoints.js';
import { COMPROMISES } from './compromises.js';
import { FILES } from './files.js';
import type { Forgery } from './forgery.js';
import { LEDGERS } from './ledgers.js';
import { MEANING } from './meaning.js';
import { PARTIES } from './parties.js';
import { POLICIES } from './policies.js';
import { PROOFS } from './proofs.js';
import { TRANSACTIONS } from './transactions.js';

export type { Forgery } from './forgery.js';

/** Evidence that must not be believed, by what is wrong with it. */
export const FORGERIES: Readonly<Record<string, Forgery>> = {
  ...FILES,
  ...LEDGERS,
  ...CHECKPOINTS,
  ...TRANSACTIONS,
  ...PROOFS,
  ...PARTIES,
  ...MEANING,
  ...POLICIES,
  ...COMPROMISES,
};
