import * as z from 'zod';
import { id } from '../ids.js';
import { earlierForm, recordType, type RecordOf } from '../record.js';
import { suspension } from './suspension.js';
import { digest, distinct, instant, text } from '../schema.js';

/** Component profiles in rising order (IDS component certification). */
export const PROFILES = ['BASE', 'TRUST', 'TRUST_PLUS'] as const;
export const componentProfile = z.enum(PROFILES);
export type ComponentProfile = z.infer<typeof componentProfile>;
export const assurance = z.int().min(1).max(3);

/** Digests (SHA-256 of SubjectPublicKeyInfo) of the public keys a component signs transactions with. */
export const componentKeys = distinct(digest, 8).refine(
  (keys) => keys.length > 0,
  'must hold at least one key',
);

const first = {
  id: id('component'),
  state: z.enum(['CERTIFIED', 'SUSPENDED', 'REVOKED']),
  owner: id('participant'),
  name: text(120),
  /** Digest of the certified software manifest. */
  manifest: digest,
  keys: componentKeys,
  profile: componentProfile,
  assurance,
  certifiedBy: id('participant'),
  validUntil: instant,
  /** While it is suspended. */
  suspension: suspension.optional(),
  /** Of the last reinstatement, or of the revocation. */
  reason: text(400).optional(),
};

export const componentType = recordType(
  'component',
  2,
  {
    ...first,
    /** When it was renewed with other keys than it had; absent where it has those that it was certified with, and in the first form. */
    rekeyedAt: instant.optional(),
  },
  {
    CERTIFIED: ['CERTIFIED', 'SUSPENDED', 'REVOKED'],
    SUSPENDED: ['CERTIFIED', 'SUSPENDED', 'REVOKED'],
    REVOKED: [],
  },
  [earlierForm('component', 1, first)],
);
export type Component = RecordOf<typeof componentType>;
