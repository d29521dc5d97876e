import type { AnyRule } from '../rule.js';

export const spaceRules: readonly AnyRule[] = [];
