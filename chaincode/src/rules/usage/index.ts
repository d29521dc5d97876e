import type { AnyRule } from '../rule.js';

export const usageRules: readonly AnyRule[] = [];
