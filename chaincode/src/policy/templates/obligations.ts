import * as z from 'zod';
import { id, schema } from '../../model/index.js';
import { name } from '../../model/odrl/index.js';
import {
  beforeUse,
  constraint,
  dateTime,
  duration as durationOf,
  idsPolicyOf,
  policyOf,
  refined,
  useWith,
  type Node,
} from './document.js';
import { amount, duration, EXAMPLE, participants } from './parameters.js';
import { template } from './template.js';

/** What has to be done: before a use, with it, or after it. */

export const deletion = template({
  number: 12,
  name: 'delete-after',
  title: 'Delete data',
  code: 'USE_DATA_AND_DELETE_AFTER',
  parameters: z.union([z.strictObject({ after: duration }), z.strictObject({ by: schema.instant })]),
  example: { after: 'P30D' },
  enforcement: ['DETECTIVE'],
  how: 'Each use creates an obligation with a deadline, which a certified component of the consumer fulfils by its signed statement; without it the breach is recorded, and no further use is allowed until it is made good.',
  limit: 'Nobody can see a copy that was kept: the statement is what the consumer is held to.',
  make: (due) =>
    policyOf(
      useWith({
        action: refined(
          'delete',
          'after' in due
            ? constraint('delayPeriod', 'eq', durationOf(due.after))
            : constraint('dateTime', 'lteq', dateTime(due.by)),
        ),
      }),
    ),
});

export const logging = template({
  number: 15,
  name: 'log',
  title: 'Log data usage information',
  code: 'LOCAL_LOGGING',
  parameters: z.strictObject({ level: name.optional() }),
  example: { level: 'idsc:ON_ALLOW' },
  enforcement: ['TECHNICAL'],
  how: 'The receipt is the log: no request and answer on the ledger, no key.',
  limit: 'What is read of the plaintext after the release is in no receipt.',
  make: ({ level }) =>
    idsPolicyOf(
      useWith({
        action: refined(
          'idsc:LOG',
          ...(level === undefined ? [] : [constraint('idsc:LOG_LEVEL', 'eq', level)]),
        ),
      }),
    ),
});

export const notification = template({
  number: 16,
  name: 'inform',
  title: 'Inform a participant',
  code: 'REMOTE_NOTIFICATION',
  parameters: z.strictObject({ informed: id('participant'), within: duration }),
  example: { informed: EXAMPLE.participant, within: 'P1D' },
  enforcement: ['DETECTIVE'],
  how: 'Each use creates an obligation that only a certified component of the informed party can declare fulfilled; overdue, it becomes a breach that stops further uses.',
  limit: 'That the notice was complete, only the informed party can say.',
  make: ({ informed, within }) =>
    policyOf(
      useWith({
        action: refined('inform', constraint('delayPeriod', 'eq', durationOf(within))),
        informedParty: informed,
      }),
    ),
});

export const nextPolicy = template({
  number: 17,
  name: 'next-policy',
  title: 'Pass a policy to the third party',
  code: 'ATTACH_POLICY_FOR_THIRD_PARTY',
  parameters: z.strictObject({ purposes: z.array(name).min(1).max(100).optional() }),
  example: {},
  enforcement: ['TECHNICAL'],
  how: 'Data are handed on by a sub-grant only; the ledger refuses one whose policy is wider than this, and the custodian answers its uses.',
  limit: 'A copy that was handed on beside the ledger has no receipt, which is all that shows it.',
  make: ({ purposes }) => {
    const on: Node =
      purposes === undefined ? {} : { constraint: [constraint('purpose', 'isPartOf', purposes)] };
    return policyOf({
      permission: [
        { action: 'use', ...on },
        { action: 'distribute', duty: [{ action: 'nextPolicy' }] },
      ],
    });
  },
});

const payment = (
  parameters: { amount: string; currency: string; creditor: string },
  every: readonly Node[],
): Node => ({
  action: refined(
    'compensate',
    constraint(
      'payAmount',
      'eq',
      { '@value': parameters.amount, '@type': 'xsd:decimal' },
      parameters.currency,
    ),
    ...every,
  ),
  compensatedParty: parameters.creditor,
  constraint: [beforeUse],
});

const price = { amount, currency: schema.currency, creditor: id('participant') };
const PRICE = { amount: '1500.00', currency: 'CNY', creditor: EXAMPLE.participant } as const;

export const sale = template({
  number: 19,
  name: 'sale',
  title: 'Data sale contract',
  code: 'PREPATUAL_DATA_SALE',
  parameters: z.strictObject(price),
  example: PRICE,
  enforcement: ['ATTESTED'],
  how: 'No key before a certified component of the creditor has stated that the price was paid; once paid, for good.',
  limit: 'Money does not move on this ledger. A creditor that denies a payment is met with a dispute.',
  make: (of) => policyOf(useWith(payment(of, []))),
});

export const rental = template({
  number: 20,
  name: 'rental',
  title: 'Data rental contract',
  code: 'DATA_RENTAL',
  parameters: z.strictObject({ ...price, period: duration }),
  example: { ...PRICE, period: 'P1M' },
  enforcement: ['ATTESTED'],
  how: 'No key in a period, counted from the activation of the grant, before a certified component of the creditor has stated that it was paid for.',
  limit: 'What was released in a paid period stays with the consumer when the next one is not paid.',
  make: ({ period, ...of }) =>
    policyOf(useWith(payment(of, [constraint('timeInterval', 'eq', durationOf(period))]))),
});

export const consent = template({
  number: 23,
  name: 'consent',
  title: 'Obtain consent',
  parameters: z
    .strictObject({ parties: participants, needed: z.int().min(1).max(20) })
    .refine(
      ({ parties, needed }) => needed <= parties.length,
      'asks for more consents than there are parties',
    ),
  example: { parties: [EXAMPLE.participant, EXAMPLE.other, EXAMPLE.third], needed: 2 },
  enforcement: ['TECHNICAL'],
  how: 'So many of the parties named must have consented to these very terms, each by its own officer, and not have withdrawn; the key is withheld otherwise.',
  limit: 'Withdrawal stops the next use and the next lease, not what was released before.',
  make: ({ parties, needed }) =>
    policyOf(
      useWith({
        action: refined('obtainConsent', constraint('count', 'gteq', needed)),
        consentingParty: parties,
        constraint: [beforeUse],
      }),
    ),
});
