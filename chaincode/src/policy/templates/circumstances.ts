import * as z from 'zod';
import { id, schema } from '../../model/index.js';
import { constraint, dateTime, duration as durationOf, idsPolicyOf, policyOf, use } from './document.js';
import { duration, EXAMPLE, names, territories } from './parameters.js';
import { template } from './template.js';

/** Where, what for, when and how often the data may be used. */

export const location = template({
  number: 5,
  name: 'location',
  title: 'Location of usage',
  code: 'LOCATION_RESTRICTED_DATA_USAGE',
  parameters: z.strictObject({ territories }),
  example: { territories: ['CN-31', 'CN-32'] },
  enforcement: ['ATTESTED'],
  how: 'The consumer’s certified component states the place of processing in the request that it signs.',
  limit:
    'The place is stated, not measured; a wrong statement is in the receipt, and is what a dispute goes by.',
  make: ({ territories: within }) => policyOf(use(constraint('spatial', 'isPartOf', within))),
});

export const purpose = template({
  number: 6,
  name: 'purpose',
  title: 'Purpose',
  code: 'PURPOSE_RESTRICTED_DATA_USAGE',
  parameters: z.strictObject({ purposes: names }),
  example: { purposes: ['predictive-maintenance'] },
  enforcement: ['ATTESTED'],
  how: 'The consumer’s certified component states the purpose in the request that it signs; it is bound into the receipt.',
  limit:
    'Use for another purpose after the release is not seen; the signed purpose is the evidence against it.',
  make: ({ purposes }) => policyOf(use(constraint('purpose', 'isPartOf', purposes))),
});

const PHASES = { before: 'lt', during: 'eq', after: 'gt' } as const;

export const event = template({
  number: 7,
  name: 'event',
  title: 'Event',
  code: 'EVENT_RESTRICTED_DATA_USAGE',
  parameters: z.strictObject({ event: id('event'), phase: z.enum(['before', 'during', 'after']) }),
  example: { event: EXAMPLE.event, phase: 'during' },
  enforcement: ['TECHNICAL', 'ATTESTED'],
  how: 'The event is a record of the ledger, opened and closed by who declared it; outside of the phase the key is withheld.',
  limit:
    'Technical up to the first release of a version’s key; from then on the consumer’s certified component answers for stopping with the event. Who declared it decides when it begins and ends.',
  make: ({ event: of, phase }) => policyOf(use(constraint('event', PHASES[phase], { '@id': of }))),
});

export const interval = template({
  number: 9,
  name: 'interval',
  title: 'Time interval',
  code: 'INTERVAL_RESTRICTED_DATA_USAGE',
  parameters: schema.period,
  example: { from: '2027-01-01T00:00:00.000Z', until: '2027-07-01T00:00:00.000Z' },
  enforcement: ['TECHNICAL', 'ATTESTED'],
  how: 'The time of the answer’s own transaction must lie in the interval; outside of it the key is withheld.',
  limit:
    'Technical up to the first release of a version’s key; from then on the consumer’s certified component answers for stopping. A transaction’s time may be off by some minutes: peers refuse more.',
  make: ({ from, until }) =>
    policyOf(
      use(constraint('dateTime', 'gteq', dateTime(from)), constraint('dateTime', 'lteq', dateTime(until))),
    ),
});

export const elapsed = template({
  number: 10,
  name: 'duration',
  title: 'Duration',
  code: 'DURATION_RESTRICTED_DATA_USAGE',
  parameters: z.strictObject({ duration }),
  example: { duration: 'P3M' },
  enforcement: ['TECHNICAL', 'ATTESTED'],
  how: 'The duration runs from the activation of the grant; after it every key is withheld.',
  limit:
    'Technical up to the first release of a version’s key; from then on the consumer’s certified component answers for stopping.',
  make: ({ duration: within }) => policyOf(use(constraint('elapsedTime', 'lteq', durationOf(within)))),
});

export const times = template({
  number: 11,
  name: 'number-of-usages',
  title: 'Number of usages',
  code: 'RESTRICTED_NUMBER_OF_USAGES',
  parameters: z.strictObject({ count: z.int().min(1).max(1_000_000) }),
  example: { count: 10 },
  enforcement: ['TECHNICAL', 'ATTESTED'],
  how: 'Each use takes a slot that can be written once, in the transaction that releases the key; there are so many slots.',
  limit:
    'One file key serves a version: the count is technical up to its first release, and from then on counts what the consumer’s certified component asks for.',
  make: ({ count }) => policyOf(use(constraint('count', 'lteq', count))),
});

export const state = template({
  number: 21,
  name: 'state',
  title: 'State',
  code: 'STATE_RESTRICTED_POLICY',
  parameters: z.strictObject({ states: names }),
  example: { states: ['emergency'] },
  enforcement: ['ATTESTED'],
  how: 'A certified component of the provider or the custodian states the state, for as long as it says, signed with its own key.',
  limit: 'The state ends with its statement; a released key does not.',
  make: ({ states }) => idsPolicyOf(use(constraint('idsc:STATE', 'isAnyOf', states))),
});
