import type { AnyRule } from '../rule.js';
import { certify, renew } from './certification.js';
import { reinstate, revoke, suspend } from './standing.js';

export const componentRules: readonly AnyRule[] = [certify, renew, suspend, reinstate, revoke];
