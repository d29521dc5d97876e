import type { AnyRule } from '../rule.js';
import { classifyDataset } from './classify.js';
import { registerDataset } from './register.js';
import { appendVersion } from './version.js';

export const datasetRules: readonly AnyRule[] = [registerDataset, appendVersion, classifyDataset];
