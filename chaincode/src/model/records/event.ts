import * as z from 'zod';
import { id } from '../ids.js';
import { recordType, type RecordOf } from '../record.js';
import { instant, text } from '../schema.js';

/**
 * Something that begins and ends, declared by the participant whose word the parties take for it: a policy names it as
 * the right operand of `event` (before: `lt`, while: `eq`, after: `gt`).
 */
export const eventType = recordType(
  'event',
  1,
  {
    id: id('event'),
    state: z.enum(['AHEAD', 'OPEN', 'CLOSED']),
    name: text(200),
    declaredBy: id('participant'),
    openedAt: instant.optional(),
    closedAt: instant.optional(),
  },
  { AHEAD: ['OPEN'], OPEN: ['CLOSED'], CLOSED: [] },
);
export type Event = RecordOf<typeof eventType>;
