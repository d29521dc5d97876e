import * as z from 'zod';
import { Problem } from '../http/problem.js';
import type { Route } from '../http/route.js';
import { operationState } from './operation-answer.js';
import { operationDoc } from './operation-doc.js';
import type { Ports } from './ports.js';

/** Transactions that were answered with 202. Seen only by the API key that made them: to others they do not exist. */
export const operationRoutes = ({ operations }: Ports): Route[] => [
  {
    method: 'get',
    path: '/operations/{id}',
    params: { id: z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'must be an operation id') },
    scope: 'read',
    doc: {
      tag: 'operations',
      summary: 'Where a transaction stands whose outcome was not known when its request was answered.',
      responses: { 200: operationDoc('The operation.') },
    },
    handle: async ({ principal, params: { id = '' } }) => {
      const operation = await operations.get(principal.name, id);
      if (operation === undefined) throw new Problem('NOT_FOUND', { facts: { operation: id } });
      return operationState(operation);
    },
  },
];
