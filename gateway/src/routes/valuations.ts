import { descriptors, id, keys, valuationType, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { transactionRoutes } from './transaction.js';

/** Valuations, reproducible from their inputs. */
export const valuationRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.valuations),
  ...recordRoutes(ports.projection, {
    path: '/valuations',
    tag: 'valuations',
    type: valuationType,
    id: { name: 'id', schema: id('valuation') },
    keyOf: (valuation) => keys.valuation(valuation as Id<'valuation'>).text,
    filters: ['subject', 'method', 'currency', 'class', 'assessor', 'supersedes'],
  }),
];
