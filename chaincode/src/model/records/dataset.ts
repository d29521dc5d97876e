import * as z from 'zod';
import { id } from '../ids.js';
import { recordType, type RecordOf } from '../record.js';
import { cid, decimal, digest, instant, period, sealable, term, text } from '../schema.js';

/** Enterprise level and statutory grade are two axes; the grade has a status of its own. */
export const classification = z.strictObject({
  level: z.enum(['L1', 'L2', 'L3']),
  grade: z.enum(['GENERAL', 'IMPORTANT', 'CORE']),
  status: z.enum(['SUSPECTED', 'DECLARED', 'NOTIFIED']),
  personalData: z.boolean(),
});
export type Classification = z.infer<typeof classification>;

/**
 * An input of a derived dataset. One that belongs to others names the use that permitted `derive`; one's own names
 * the claim that gives the right of use, unless the deriver registered it and still keeps it.
 */
export const derivation = z.strictObject({
  dataset: id('dataset'),
  usage: id('usage').optional(),
  claim: id('claim').optional(),
});

export const datasetType = recordType('dataset', 1, {
  id: id('dataset'),
  title: sealable(text(200)),
  summary: sealable(text(1200)),
  sector: term,
  registeredBy: id('participant'),
  /** Holds the keys and answers requests: the owner, unless the owner names another. */
  custodian: id('participant'),
  /** The claim that custody rests on: the one registered with the dataset, or its latest successor. */
  claim: id('claim'),
  classification,
  derivedFrom: z.array(derivation).max(50),
});
export type Dataset = RecordOf<typeof datasetType>;

/** Salted SHA-256 of the plaintext; the salt follows from the file key, so it can be disclosed alone. */
export const commitment = z.strictObject({
  digest,
  bytes: decimal,
  records: decimal.optional(),
  schemaDigest: digest.optional(),
});

export const delivery = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('SEALED'),
    cid,
    cidProfile: z.literal('unixfs-v1-2025'),
    suite: z.literal('age-v1'),
    keyCommitment: digest,
  }),
  z.strictObject({ mode: z.literal('PULL'), component: id('component') }),
  z.strictObject({ mode: z.literal('COMPUTE'), component: id('component'), jobInterface: text(200) }),
]);

/** Where the data came from before it reached the ledger: courts review that separately. */
export const collection = z.strictObject({
  system: text(120),
  component: id('component').optional(),
  period,
  method: text(120),
  timeSource: text(120),
  rawLogDigest: digest.optional(),
});

export const versionBody = z.strictObject({ commitment, delivery, collection });

export const versionType = recordType('version', 1, {
  id: id('version'),
  dataset: id('dataset'),
  number: z.int().min(1),
  ...versionBody.shape,
  registeredAt: instant,
});
export type Version = RecordOf<typeof versionType>;

/** One per number of a dataset: makes numbering gapless without rewriting the dataset. */
export const versionNumberType = recordType('version-number', 1, {
  dataset: id('dataset'),
  number: z.int().min(1),
  version: id('version'),
});
export type VersionNumber = RecordOf<typeof versionNumberType>;
