import * as z from 'zod';
import { anyId, id } from '../ids.js';
import { recordType, type RecordOf } from '../record.js';
import { currency, decimal, document, instant, sealable, term } from '../schema.js';

export const valuationSubject = anyId('dataset', 'version', 'claim', 'grant', 'usage');

export const valuationBody = z.strictObject({
  subject: valuationSubject,
  /** A method registered in rules/valuation, for example `cost` or `market`. */
  method: term,
  methodVersion: z.int().min(1),
  currency,
  /** Inputs of the method; their schema belongs to the method. */
  inputs: sealable(document),
  /** Ledger records the inputs rest on. */
  references: z.array(anyId('dataset', 'version', 'claim', 'grant', 'usage', 'valuation')).max(100),
  /** Minor units; recomputed from the inputs before it is written. */
  result: decimal,
  asOf: instant,
  validUntil: instant,
  class: z.enum(['INDICATIVE', 'STATUTORY']),
  supersedes: id('valuation').optional(),
});

export const valuationType = recordType('valuation', 1, {
  id: id('valuation'),
  ...valuationBody.shape,
  assessor: id('participant'),
  assessedAt: instant,
});
export type Valuation = RecordOf<typeof valuationType>;
