import type { AnyRule } from '../rule.js';

export const datasetRules: readonly AnyRule[] = [];
