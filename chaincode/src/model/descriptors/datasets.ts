import * as z from 'zod';
import { id } from '../ids.js';
import { claimBody, classification, derivation, versionBody } from '../records/index.js';
import { nonce, sealable, term, text } from '../schema.js';
import { describe } from './descriptor.js';

export const datasetDescriptors = {
  Register: describe(
    'datasets:Register',
    'Register a dataset with its first version and a claim to it.',
    z.strictObject({
      nonce,
      title: sealable(text(200)),
      summary: sealable(text(1200)),
      sector: term,
      classification,
      derivedFrom: z.array(derivation).max(50),
      version: versionBody,
      claim: claimBody,
    }),
    z.strictObject({ datasetId: id('dataset'), versionId: id('version'), claimId: id('claim') }),
    { writes: ['dataset', 'version', 'version-number', 'claim'] },
  ),
  Append: describe(
    'datasets:Append',
    'Add a version; numbers are taken in order.',
    z.strictObject({ nonce, datasetId: id('dataset'), number: z.int().min(2), version: versionBody }),
    z.strictObject({ datasetId: id('dataset'), versionId: id('version') }),
    { writes: ['version', 'version-number'] },
  ),
  Classify: describe(
    'datasets:Classify',
    'Supersede the classification. Only a regulator lowers one that has been notified.',
    z.strictObject({ datasetId: id('dataset'), classification, reason: text(400) }),
    z.strictObject({ datasetId: id('dataset') }),
    { anyTime: true },
  ),
};
