import type { AnyRule } from '../rule.js';
import { assess } from './assessment.js';

export const valuationRules: readonly AnyRule[] = [assess];
