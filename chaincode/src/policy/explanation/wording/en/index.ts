import { ENGLISH_ACTIONS, ENGLISH_OBJECTS } from './actions.js';
import { ENGLISH_COMPARISON } from './comparison.js';
import { ENGLISH_DECISION } from './decision.js';
import { ENGLISH_DENIALS } from './denials.js';
import {
  ENGLISH_COMPARISONS,
  ENGLISH_DUTY_OPERANDS,
  ENGLISH_FUNCTIONS,
  ENGLISH_LISTS,
  ENGLISH_OPERANDS,
} from './operands.js';
import { ENGLISH_PHRASES } from './phrases.js';
import type { Catalogue } from '../texts.js';

/** The texts in English. */
export const ENGLISH: Catalogue = {
  language: 'en',
  actions: ENGLISH_ACTIONS,
  objects: ENGLISH_OBJECTS,
  operands: ENGLISH_OPERANDS,
  dutyOperands: ENGLISH_DUTY_OPERANDS,
  unknownOperand: (name) => `the value of ${name}`,
  comparisons: ENGLISH_COMPARISONS,
  lists: ENGLISH_LISTS,
  logical: {
    and: 'all of these hold',
    or: 'at least one of these holds',
    xone: 'exactly one of these holds',
    andSequence: 'all of these hold, in this order',
  },
  values: {
    policyUsage: 'the use',
    encrypted: 'encrypted',
    anonymized: 'anonymised',
    'personal-data': 'personal data',
  },
  eventStates: {
    'tallystick:before': '{} has not begun',
    'tallystick:during': '{} has begun and not ended',
    'tallystick:after': '{} has ended',
  },
  functions: ENGLISH_FUNCTIONS,
  policyTypes: { Set: 'Policy (set of rules)', Offer: 'Offer', Agreement: 'Agreement', Request: 'Request' },
  conflicts: {
    perm: 'Where a permission and a prohibition both apply, the permission prevails.',
    prohibit: 'Where a permission and a prohibition both apply, the prohibition prevails.',
    invalid: 'Where a permission and a prohibition both apply, the policy is void, and nothing is permitted.',
  },
  dutyKinds: {
    RECEIPT: 'The receipt of the use on the ledger is its performance.',
    TRANSFORMATION: 'The version of the data that is used must have been made in this way.',
    CONSENT: 'The use is allowed only while enough of the parties have consented.',
    BEFORE: 'It must be fulfilled before the use is allowed.',
    AFTER: 'The ledger keeps it as an obligation, which may be fulfilled later.',
    ONWARD: 'It binds every grant that is made under this one.',
  },
  enforcements: {
    TECHNICAL: 'Enforced technically: otherwise the ledger refuses, and no key is released.',
    ATTESTED: 'Enforced by attestation: a certified component states it under its registered key.',
    DETECTIVE: 'Detected afterwards: a breach is recorded on the ledger.',
  },
  performances: {
    Performed: 'it has been done',
    Unperformed: 'it has not been done',
    Unknown: 'whether it has been done is not known',
  },
  deontics: {
    Fulfilled: 'it is fulfilled',
    Violated: 'it is violated',
    NonSet: 'it is neither fulfilled nor violated',
  },
  denials: ENGLISH_DENIALS,
  phrases: ENGLISH_PHRASES,
  decision: ENGLISH_DECISION,
  comparison: ENGLISH_COMPARISON,
};
