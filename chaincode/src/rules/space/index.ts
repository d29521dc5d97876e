import type { AnyRule } from '../rule.js';
import { approveAmendment, proposeAmendment } from './amendments.js';
import { constitute } from './constitution.js';
import { pause, resume } from './pause.js';

export const spaceRules: readonly AnyRule[] = [constitute, proposeAmendment, approveAmendment, pause, resume];
