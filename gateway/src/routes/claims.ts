import { claimType, descriptors, id, keys, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import { custodyRoutes } from './custody.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { transactionRoutes } from './transaction.js';

/** Ownership claims. */
export const claimRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.claims),
  ...custodyRoutes(ports),
  ...recordRoutes(ports.projection, {
    path: '/claims',
    tag: 'claims',
    type: claimType,
    id: { name: 'id', schema: id('claim') },
    keyOf: (claim) => keys.claim(claim as Id<'claim'>).text,
    filters: ['state', 'dataset', 'predecessor', 'successor'],
  }),
];
