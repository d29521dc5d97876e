import type { Feature } from '../../feature/feature.js';
import { kindRoutes } from './kinds.js';
import { readsAcross } from './reads.js';
import { plainTransactions } from './transactions.js';

/** Transactions as the ledger takes them, and what it has recorded. */
export const records: Feature = {
  name: 'records',
  routes: (ports) => [...plainTransactions(ports), ...kindRoutes(ports), ...readsAcross(ports)],
};
