import type { AnyRule } from '../rule.js';

export const participantRules: readonly AnyRule[] = [];
