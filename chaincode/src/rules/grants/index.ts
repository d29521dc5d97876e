import type { AnyRule } from '../rule.js';

export const grantRules: readonly AnyRule[] = [];
