import { amendmentType, descriptors, id, keys, spaceType, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';
import { historyRoute, readRoute, recordRoutes, type RecordResource } from './record.js';
import { transactionRoutes } from './transaction.js';

const space: RecordResource = {
  path: '/space',
  tag: 'space',
  type: spaceType,
  keyOf: () => keys.space().text,
  filters: [],
};

/** The space itself, and amendments of its rules. */
export const spaceRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.space),
  readRoute(ports.projection, space),
  historyRoute(ports.projection, space),
  ...recordRoutes(ports.projection, {
    path: '/space/amendments',
    tag: 'space',
    type: amendmentType,
    id: { name: 'id', schema: id('amendment') },
    keyOf: (amendment) => keys.amendment(amendment as Id<'amendment'>).text,
    filters: ['state', 'proposedBy'],
  }),
];
