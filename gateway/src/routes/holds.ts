import { descriptors, holdSubject, holdsType, keys, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { transactionRoutes } from './transaction.js';

/** Orders of courts and authorities: one record for each dataset, claim or grant they are about. */
export const holdRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.holds),
  ...recordRoutes(ports.projection, {
    path: '/holds',
    tag: 'holds',
    type: holdsType,
    id: { name: 'subject', schema: holdSubject },
    keyOf: (subject) => keys.holds(subject as Id<'dataset' | 'claim' | 'grant'>).text,
    filters: ['subject'],
  }),
];
