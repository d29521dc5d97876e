import type { AnyRule } from '../rule.js';
import { certify } from './certification.js';
import { exit } from './exit.js';
import { activate, admit, rotateKey } from './membership.js';
import { reinstate, suspend } from './suspension.js';

export const participantRules: readonly AnyRule[] = [
  admit,
  activate,
  suspend,
  reinstate,
  certify,
  rotateKey,
  exit,
];
