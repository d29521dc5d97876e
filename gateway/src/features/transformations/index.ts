import type { Feature } from '../../feature/feature.js';
import { transformationProblems } from './problems.js';

/** Versions made from others before they are sealed. */
export const transformations: Feature = { name: 'transformations', problems: transformationProblems };
