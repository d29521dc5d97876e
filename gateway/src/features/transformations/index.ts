import type { Feature } from '../../feature/feature.js';
import { USE_CASES } from '../custody/port.js';
import { POLICIES } from '../policies/port.js';
import { TRANSFORMATIONS } from './port.js';
import { transformationProblems } from './problems.js';
import { transformRoute } from './routes/transform.js';
import { newTransformations } from './transformations.js';

/** Attempts to state what was made: the version is on the ledger already, and nobody else knows how it came about. */
const PATIENCE = { attempts: 8, pause: 200 };

/** Versions made from others before they are sealed. */
export const transformations: Feature = {
  name: 'transformations',
  problems: transformationProblems,
  start({ ledger, projection, faces, component: signer, participant }) {
    const useCases = faces.of(USE_CASES);
    faces.show(
      TRANSFORMATIONS,
      newTransformations({ ledger, projection, useCases, signer, participant, patience: PATIENCE }),
    );
    return [];
  },
  routes: (ports) => [
    transformRoute({
      ...ports,
      policies: ports.faces.of(POLICIES),
      transformations: ports.faces.of(TRANSFORMATIONS),
    }),
  ],
};
