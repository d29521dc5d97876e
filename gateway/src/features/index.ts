import type { Feature } from '../feature/feature.js';
import { channel } from './channel/index.js';
import { checkpoints } from './checkpoints/index.js';
import { custody } from './custody/index.js';
import { evidence } from './evidence/index.js';
import { obligations } from './obligations/index.js';
import { policies } from './policies/index.js';
import { records } from './records/index.js';
import { transformations } from './transformations/index.js';

/** What this gateway does. A feature stands after those whose faces it uses; all start in this order, and stop in the reverse one. */
export const features: readonly Feature[] = [
  records,
  channel,
  policies,
  custody,
  obligations,
  checkpoints,
  evidence,
  transformations,
];
