import { descriptors, id, keys, participantType, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { transactionRoutes } from './transaction.js';

/** Organisation units admitted to the space. */
export const participantRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.participants),
  ...recordRoutes(ports.projection, {
    path: '/participants',
    tag: 'participants',
    type: participantType,
    id: { name: 'id', schema: id('participant') },
    keyOf: (participant) => keys.participant(participant as Id<'participant'>).text,
    filters: ['state', 'mspId', 'unit', 'legalName', 'domicile', 'sizeClass'],
  }),
];
