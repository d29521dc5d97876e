import { descriptors, disputeType, id, keys, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { transactionRoutes } from './transaction.js';

/** Disputes over records. */
export const disputeRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.disputes),
  ...recordRoutes(ports.projection, {
    path: '/disputes',
    tag: 'disputes',
    type: disputeType,
    id: { name: 'id', schema: id('dispute') },
    keyOf: (dispute) => keys.dispute(dispute as Id<'dispute'>).text,
    filters: ['state', 'subject', 'claimant', 'respondent'],
  }),
];
