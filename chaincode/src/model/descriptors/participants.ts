import * as z from 'zod';
import { id } from '../ids.js';
import { certification, profile } from '../records/index.js';
import { text } from '../schema.js';
import { describe } from './descriptor.js';

const participant = z.strictObject({ participantId: id('participant') });
const oversight = { by: 'officer', whilePaused: true, anyTime: true } as const;
const withReason = participant.extend({ reason: text(400) });
const state = z.strictObject({
  participantId: id('participant'),
  state: z.enum(['ADMITTED', 'ACTIVE', 'SUSPENDED', 'EXITED']),
});

export const participantDescriptors = {
  Admit: describe(
    'participants:Admit',
    'Admit an organisation unit; its officer must then activate it.',
    profile,
    state,
    { by: 'officer' },
  ),
  Activate: describe(
    'participants:Activate',
    'Accept the rulebook in force and take up membership.',
    participant.extend({ rulebook: z.int().min(1) }),
    state,
    { by: 'officer', standing: 'ADMITTED' },
  ),
  Suspend: describe(
    'participants:Suspend',
    'Suspend a participant: it can neither use nor grant.',
    withReason,
    state,
    oversight,
  ),
  Reinstate: describe('participants:Reinstate', 'End a suspension.', withReason, state, oversight),
  Certify: describe(
    'participants:Certify',
    'Certify a participant’s operational environment.',
    participant.extend({ ...certification.omit({ certifiedBy: true }).shape }),
    state,
    { by: 'officer', anyTime: true },
  ),
  RotateKey: describe(
    'participants:RotateKey',
    'Replace one’s own age recipient or owner key.',
    participant
      .extend({ ...profile.pick({ recipient: true, ownerKey: true }).partial().shape })
      .refine(
        ({ recipient, ownerKey }) => recipient !== undefined || ownerKey !== undefined,
        'must name a key',
      ),
    state,
    { by: 'officer' },
  ),
  Exit: describe(
    'participants:Exit',
    'Leave the space. Grants whose term has passed are named, any other open grant forbids it; so are those whose duties as consumer are settled.',
    participant.extend({
      lapsed: z.array(id('grant')).max(200),
      settled: z.array(id('grant')).max(500).optional(),
    }),
    state,
    { by: 'officer', anyTime: true, clocked: true },
  ),
};
