import * as z from 'zod';
import { id } from '../ids.js';
import { holdOrder, holdSubject } from '../records/index.js';
import { nonce, text } from '../schema.js';
import { describe } from './descriptor.js';

const hold = z.strictObject({ subject: holdSubject, holdId: id('hold') });
const oversight = { by: 'officer', whilePaused: true, anyTime: true } as const;

export const holdDescriptors = {
  Place: describe(
    'holds:Place',
    'Enter an order of a court or authority.',
    z.strictObject({ nonce, subject: holdSubject, ...holdOrder.shape }),
    hold,
    oversight,
  ),
  Release: describe(
    'holds:Release',
    'Release a hold early: who entered it, or a regulator.',
    hold.extend({ reason: text(400) }),
    hold,
    oversight,
  ),
};
