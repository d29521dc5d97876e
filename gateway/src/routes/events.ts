import { descriptors, eventType, id, keys, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { transactionRoutes } from './transaction.js';

/** What begins and ends, and policies name. */
export const eventRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.events),
  ...recordRoutes(ports.projection, {
    path: '/events',
    tag: 'events',
    type: eventType,
    id: { name: 'id', schema: id('event') },
    keyOf: (event) => keys.event(event as Id<'event'>).text,
    filters: ['state', 'name', 'declaredBy'],
  }),
];
