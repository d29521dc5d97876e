import { compromisesType, descriptors, keys, schema } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { transactionRoutes } from './transaction.js';

/** Keys that others may hold: one record for each MSP. */
export const compromiseRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.compromises),
  ...recordRoutes(ports.projection, {
    path: '/compromises',
    tag: 'compromises',
    type: compromisesType,
    id: { name: 'mspId', schema: schema.mspId },
    keyOf: (mspId) => keys.compromises(mspId).text,
    filters: [],
  }),
];
