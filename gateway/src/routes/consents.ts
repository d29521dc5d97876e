import { consentsType, descriptors, id, keys, type Id } from '@tallystick/chaincode/model';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';
import { recordRoutes } from './record.js';
import { transactionRoutes } from './transaction.js';

/** Who has consented to the uses of a grant: one record for each grant. */
export const consentRoutes = (ports: Ports): Route[] => [
  ...transactionRoutes(ports, descriptors.consents),
  ...recordRoutes(ports.projection, {
    path: '/consents',
    tag: 'consents',
    type: consentsType,
    id: { name: 'grant', schema: id('grant') },
    keyOf: (grant) => keys.consents(grant as Id<'grant'>).text,
    filters: ['grant'],
  }),
];
