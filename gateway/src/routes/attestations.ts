import { attestationType, descriptors, id, keys, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { transactionRoutes } from './transaction.js';

/** What certified components say is so, where no record of the ledger knows it. */
export const attestationRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.attestations),
  ...recordRoutes(ports.projection, {
    path: '/attestations',
    tag: 'attestations',
    type: attestationType,
    id: { name: 'id', schema: id('attestation') },
    keyOf: (attestation) => keys.attestation(attestation as Id<'attestation'>).text,
    filters: ['state', 'grant', 'component', 'by'],
  }),
];
