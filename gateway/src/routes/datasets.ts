import { datasetType, descriptors, id, keys, versionType, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import { fileRoutes } from './files.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { transactionRoutes } from './transaction.js';

/** Datasets and their versions. */
export const datasetRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.datasets),
  ...fileRoutes(ports),
  ...recordRoutes(ports.projection, {
    path: '/datasets',
    tag: 'datasets',
    type: datasetType,
    id: { name: 'id', schema: id('dataset') },
    keyOf: (dataset) => keys.dataset(dataset as Id<'dataset'>).text,
    filters: ['sector', 'registeredBy', 'custodian'],
  }),
  ...recordRoutes(ports.projection, {
    path: '/versions',
    tag: 'datasets',
    type: versionType,
    id: { name: 'id', schema: id('version') },
    keyOf: (version) => keys.version(version as Id<'version'>).text,
    filters: ['dataset'],
  }),
];
