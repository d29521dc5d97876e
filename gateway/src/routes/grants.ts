import { descriptors, grantType, id, keys, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { newTermsNote } from './signed-terms.js';
import { transactionRoutes } from './transaction.js';

/** Grants: negotiated, in force, ended. */
export const grantRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.grants, newTermsNote(ports)),
  ...recordRoutes(ports.projection, {
    path: '/grants',
    tag: 'grants',
    type: grantType,
    id: { name: 'id', schema: id('grant') },
    keyOf: (grant) => keys.grant(grant as Id<'grant'>).text,
    filters: ['state', 'dataset', 'claim', 'provider', 'consumer', 'proposedBy', 'supersededBy'],
  }),
];
