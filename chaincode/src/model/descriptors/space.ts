import * as z from 'zod';
import { id } from '../ids.js';
import { amendmentChanges, governance, profile, spaceType } from '../records/index.js';
import { nonce, text } from '../schema.js';
import { describe } from './descriptor.js';

const oversight = { by: 'officer', whilePaused: true, anyTime: true } as const;
const reason = text(400);
const { operator: _operator, ...named } = governance;
const space = z.strictObject({ space: z.literal(spaceType.kind) });

export const spaceDescriptors = {
  Constitute: describe(
    'space:Constitute',
    'Found the space: the caller becomes its operator and first participant. Written once.',
    z.strictObject({ ...named, founder: profile }),
    z.strictObject({ operator: id('participant') }),
    { by: 'officer', standing: 'NONE', writes: ['space', 'participant'] },
  ),
  ProposeAmendment: describe(
    'space:ProposeAmendment',
    'Propose a change of governance or rulebook; it takes effect when the operator and every regulator approve.',
    z.strictObject({ nonce, changes: amendmentChanges, reason }),
    z.strictObject({ amendmentId: id('amendment') }),
    { ...oversight, writes: ['amendment', 'space'] },
  ),
  ApproveAmendment: describe(
    'space:ApproveAmendment',
    'Approve a proposed amendment; the last approval carries it out.',
    z.strictObject({ amendmentId: id('amendment') }),
    z.strictObject({ amendmentId: id('amendment'), state: z.enum(['PROPOSED', 'EFFECTIVE']) }),
    { ...oversight, writes: ['amendment', 'space'] },
  ),
  Pause: describe(
    'space:Pause',
    'Stop all writes but oversight.',
    z.strictObject({ reason }),
    space,
    oversight,
  ),
  Resume: describe('space:Resume', 'End a pause.', z.strictObject({ reason }), space, oversight),
};
