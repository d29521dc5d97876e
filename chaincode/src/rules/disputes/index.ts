import type { AnyRule } from '../rule.js';

export const disputeRules: readonly AnyRule[] = [];
