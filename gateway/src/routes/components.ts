import { componentType, descriptors, id, keys, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { transactionRoutes } from './transaction.js';

/** Certified software components and the keys they sign with. */
export const componentRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.components),
  ...recordRoutes(ports.projection, {
    path: '/components',
    tag: 'components',
    type: componentType,
    id: { name: 'id', schema: id('component') },
    keyOf: (component) => keys.component(component as Id<'component'>).text,
    filters: ['state', 'owner', 'name', 'manifest', 'profile', 'certifiedBy'],
  }),
];
