import * as z from 'zod';
import { denialCode } from '../errors.js';
import { id } from '../ids.js';
import { usageAsk } from '../records/index.js';
import { cid, decimal, digest, instant, nonce, text } from '../schema.js';
import { describe } from './descriptor.js';

const usage = z.strictObject({ usageId: id('usage') });
const state = usage.extend({
  state: z.enum([
    'REQUESTED',
    'ALLOWED',
    'DENIED',
    'LAPSED',
    'ACKNOWLEDGED',
    'CONTESTED',
    'UPHELD',
    'REJECTED',
  ]),
});
// Requests and answers are committed even when they end in a denial: a refusal must not be hidden.
const byComponent = { by: 'component', standing: 'NONE', whilePaused: true } as const;

export const usageDescriptors = {
  Request: describe(
    'usage:Request',
    'Ask for one use. Signed by a key of the named component, committed before anyone decides.',
    usageAsk.extend({ nonce }),
    state,
    byComponent,
  ),
  Answer: describe(
    'usage:Answer',
    'Decide a request, from the ledger’s facts and at its own time. The custodian cannot choose the outcome.',
    usage.extend({
      component: id('component'),
      /** Next quota slot; left out for an uncounted grant. */
      slot: z.int().min(0).optional(),
      header: cid.optional(),
      pullToken: digest.optional(),
    }),
    state.extend({ code: denialCode.optional() }),
    { ...byComponent, writes: ['usage', 'usage-slot', 'obligation'] },
  ),
  Lapse: describe('usage:Lapse', 'Record that a request was not answered in time.', usage, state, {
    anyTime: true,
    clocked: true,
  }),
  Acknowledge: describe(
    'usage:Acknowledge',
    'The consumer’s half: what arrived, and that it matches the commitment.',
    usage.extend({ component: id('component'), bytes: decimal, commitment: digest }),
    state,
    byComponent,
  ),
  Renew: describe(
    'usage:Renew',
    'Ask for the next lease of a use. Decided at once, from the ledger’s facts, and written whatever the outcome.',
    usage.extend({ component: id('component'), number: z.int().min(1).max(1_000_000) }),
    usage.extend({
      number: z.int(),
      outcome: z.enum(['ALLOWED', 'DENIED']),
      code: denialCode.optional(),
      until: instant.optional(),
    }),
    { ...byComponent, writes: ['lease'] },
  ),
  Contest: describe(
    'usage:Contest',
    'Say, within the window, that nothing or the wrong thing was delivered.',
    usage.extend({
      reason: z.enum(['NOT_DELIVERED', 'WRONG_KEY', 'WRONG_CONTENT']),
      statement: digest.optional(),
    }),
    state,
    { anyTime: true, clocked: true },
  ),
  Deliver: describe(
    'usage:Deliver',
    'Put the wrapped key of a contested use on the ledger.',
    usage.extend({ header: z.base64().max(8192) }),
    state,
    { whilePaused: true, anyTime: true },
  ),
  Adjudicate: describe(
    'usage:Adjudicate',
    'Decide a contest, as a regulator that is not a party.',
    usage.extend({
      finding: z.enum(['UPHELD', 'REJECTED']),
      reason: text(400),
      statement: digest.optional(),
    }),
    state,
    { by: 'officer', whilePaused: true, anyTime: true },
  ),
};
