import * as z from 'zod';
import { id } from '../ids.js';
import { valuationBody } from '../records/index.js';
import { decimal, nonce } from '../schema.js';
import { describe } from './descriptor.js';

export const valuationDescriptors = {
  Assess: describe(
    'valuations:Assess',
    'Record a valuation; the result is recomputed from its inputs and refused when it is wrong.',
    z.strictObject({ nonce, ...valuationBody.shape }),
    z.strictObject({ valuationId: id('valuation'), result: decimal }),
  ),
};
