import * as z from 'zod';
import { id } from '../ids.js';
import { nonce, text } from '../schema.js';
import { describe } from './descriptor.js';

const event = z.strictObject({ eventId: id('event') });
const state = event.extend({ state: z.enum(['AHEAD', 'OPEN', 'CLOSED']) });
const officer = { by: 'officer' } as const;

export const eventDescriptors = {
  Declare: describe(
    'events:Declare',
    'Declare an event that policies can name; it has not begun.',
    z.strictObject({ nonce, name: text(200) }),
    state,
    officer,
  ),
  Open: describe('events:Open', 'Say that a declared event has begun.', event, state, officer),
  Close: describe('events:Close', 'Say that an event has ended.', event, state, officer),
};
