import { descriptors, id, keys, transformationType, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { transformRoute } from './transform.js';
import { transactionRoutes } from './transaction.js';

/** How versions were made from others before they were sealed: at most one record for each version. */
export const transformationRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.transformations),
  transformRoute(ports),
  ...recordRoutes(ports.projection, {
    path: '/transformations',
    tag: 'transformations',
    type: transformationType,
    id: { name: 'version', schema: id('version') },
    keyOf: (version) => keys.transformation(version as Id<'version'>).text,
    filters: ['version', 'of', 'action', 'component', 'by'],
  }),
];
