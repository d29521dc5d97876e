import type { AnyRule } from '../rule.js';
import { certify, renew } from './certification.js';
import { certifySound, renewSound } from './sound-keys.js';
import { reinstate, revoke, suspend } from './standing.js';

export const componentRules: readonly AnyRule[] = [certify, renew, suspend, reinstate, revoke];

/** Those that are others from the second edition on. */
export const componentRulesOfSecond: readonly AnyRule[] = [certifySound, renewSound];
