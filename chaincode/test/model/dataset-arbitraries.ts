import fc from 'fast-check';
import { cid, decimal, digest, id, object, period, text } from './values.js';

export const classification = object({
  level: fc.constantFrom('L1', 'L2', 'L3'),
  grade: fc.constantFrom('GENERAL', 'IMPORTANT', 'CORE'),
  status: fc.constantFrom('SUSPECTED', 'DECLARED', 'NOTIFIED'),
  personalData: fc.boolean(),
});
export const delivery = fc.oneof(
  object({
    mode: fc.constant('SEALED'),
    cid,
    cidProfile: fc.constant('unixfs-v1-2025'),
    suite: fc.constant('age-v1'),
    keyCommitment: digest,
  }),
  object({ mode: fc.constant('PULL'), component: id('component') }),
  object({ mode: fc.constant('COMPUTE'), component: id('component'), jobInterface: text(200) }),
);
export const commitment = object({ digest, bytes: decimal }, { records: decimal, schemaDigest: digest });
export const collection = object(
  { system: text(120), period, method: text(120), timeSource: text(120) },
  { component: id('component'), rawLogDigest: digest },
);
