import type { Feature } from '../../feature/feature.js';
import { POLICIES } from '../policies/port.js';
import { TRANSFORMATIONS } from './port.js';
import { transformationProblems } from './problems.js';
import { transformRoute } from './routes/transform.js';

/** Versions made from others before they are sealed. */
export const transformations: Feature = {
  name: 'transformations',
  problems: transformationProblems,
  routes: (ports) => [
    transformRoute({
      ...ports,
      policies: ports.faces.of(POLICIES),
      transformations: ports.faces.of(TRANSFORMATIONS),
    }),
  ],
};
