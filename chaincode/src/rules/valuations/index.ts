import type { AnyRule } from '../rule.js';

export const valuationRules: readonly AnyRule[] = [];
