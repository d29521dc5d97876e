import type { AnyRule } from '../rule.js';

export const claimRules: readonly AnyRule[] = [];
