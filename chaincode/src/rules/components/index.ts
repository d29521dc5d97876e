import type { AnyRule } from '../rule.js';

export const componentRules: readonly AnyRule[] = [];
