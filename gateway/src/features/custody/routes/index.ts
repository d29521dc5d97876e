import { descriptors } from '@tallystick/chaincode/model';
import type { Route } from '../../../http/route.js';
import type { Ports } from '../../../routes/ports.js';
import { transactionRoutes } from '../../../routes/transaction.js';
import type { Offers } from '../stores/port.js';
import type { Policies } from '../../policies/port.js';
import type { UseCases } from '../port.js';
import { fileRoutes } from './files.js';
import { handOverRoutes } from './hand-over.js';
import { organisationRoutes } from './organisation.js';
import { newTermsNote } from './signed-terms.js';
import { useRoutes } from './uses.js';

interface Needs extends Ports {
  readonly useCases: UseCases;
  readonly offers: Offers;
  readonly policies: Policies;
}

/** What touches keys or payloads, and the transactions of grants, whose terms are noted before they are sent. */
export const custodyRoutes = (ports: Needs): Route[] => [
  ...fileRoutes(ports),
  ...handOverRoutes(ports),
  ...transactionRoutes(ports, descriptors.grants, newTermsNote(ports)),
  ...useRoutes(ports),
  ...organisationRoutes(ports),
];
