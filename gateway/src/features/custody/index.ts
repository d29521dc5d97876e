import type { Feature } from '../../feature/feature.js';
import { POLICIES } from '../policies/port.js';
import { SIGNED_TERMS, USE_CASES } from './port.js';
import { custodyProblems } from './problems.js';
import { custodyRoutes } from './routes/index.js';

/** Keys and payloads of this organisation: sealed, released to whom the ledger allows, handed over. */
export const custody: Feature = {
  name: 'custody',
  problems: custodyProblems,
  routes: (ports) =>
    custodyRoutes({
      ...ports,
      useCases: ports.faces.of(USE_CASES),
      offers: ports.faces.of(SIGNED_TERMS),
      policies: ports.faces.of(POLICIES),
    }),
};
