import { descriptors } from '@tallystick/chaincode/model';
import type { KeyedRoute } from '../../http/route.js';
import type { Ports } from '../../routes/ports.js';
import { transactionRoutes } from '../../routes/transaction.js';

// Custody notes what is signed by transactions of grants before they are sent; `records:Get` reads.
const {
  grants: _noted,
  records: { Restore },
  ...plain
} = descriptors;

/** Transactions of which nothing is written down at home. */
export const plainTransactions = (ports: Ports): KeyedRoute[] =>
  [...Object.values(plain), { Restore }].flatMap((contract) => transactionRoutes(ports, contract));
