import type { AnyRule } from '../rule.js';
import { escalateObligation } from './escalation.js';
import { fulfilObligation } from './fulfilment.js';
import { imposeRemedies } from './imposition.js';

export const obligationRules: readonly AnyRule[] = [fulfilObligation, escalateObligation, imposeRemedies];
