import type { AnyRule } from '../rule.js';
import { escalate, resolve, withdraw } from './ending.js';
import { answer, file } from './filing.js';

export const disputeRules: readonly AnyRule[] = [file, answer, resolve, withdraw, escalate];
