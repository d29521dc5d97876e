import { inDays } from '../../../scripts/demo/requests.js';
import { PLAINTEXT, type Stage } from '../stage.js';
import { classOf, refusal, seconds, type Case, type ClassCases } from './trial.js';

/** Classes 5 to 7, 9 to 11 and 21: where, what for, when and how often the data may be used. */

const constrained = (leftOperand: string, operator: string, rightOperand: unknown): object => ({
  permission: [{ action: 'use', constraint: [{ leftOperand, operator, rightOperand }] }],
});

/** Signed by a person with the name of the component under it. */
const signedByPerson = (parameters: object): Case => ({
  title: 'the request signed by a person in the component’s name',
  parameters: () => parameters,
  run: (trial) => refusal(trial.ask({}, trial.stage.cast.supplier.operator)),
  expected: 'NOT_COMPONENT_KEY',
});

export const location = classOf('location', {
  allow: [
    {
      title: 'a place within the territory named',
      parameters: () => ({ territories: ['CN'] }),
      run: (trial) => trial.use({ territory: 'CN-31' }),
      expected: 'ALLOWED',
    },
  ],
  deny: [
    {
      title: 'a place outside of it',
      parameters: () => ({ territories: ['CN-31', 'CN-32'] }),
      run: (trial) => trial.use({ territory: 'DE' }),
      expected: 'TERRITORY',
    },
    {
      title: 'a place that is wider than the one named',
      parameters: () => ({ territories: ['CN-31'] }),
      run: (trial) => trial.use({ territory: 'CN' }),
      expected: 'TERRITORY',
    },
  ],
  fault: [signedByPerson({ territories: ['CN'] })],
  malformed: [
    {
      title: 'a place that is no ISO 3166 code',
      document: () => constrained('spatial', 'eq', 'Shanghai'),
      pointer: '/permission/0/constraint/0/rightOperand',
    },
  ],
});

export const purpose = classOf('purpose', {
  allow: [
    {
      title: 'a purpose that is part of the one named, and opens the file',
      parameters: () => ({ purposes: ['maintenance'] }),
      run: (trial) => trial.opened(PLAINTEXT, { purpose: 'maintenance.predictive' }),
      expected: 'ALLOWED',
    },
  ],
  deny: [
    {
      title: 'another purpose',
      parameters: () => ({ purposes: ['maintenance'] }),
      run: (trial) => trial.use({ purpose: 'benchmarking' }),
      expected: 'PURPOSE',
    },
    {
      title: 'a purpose whose name only begins alike',
      parameters: () => ({ purposes: ['maintenance'] }),
      run: (trial) => trial.use({ purpose: 'maintenance-marketing' }),
      expected: 'PURPOSE',
    },
  ],
  fault: [signedByPerson({ purposes: ['predictive-maintenance'] })],
  malformed: [
    {
      title: 'an order among purposes',
      document: () => constrained('purpose', 'lt', 'maintenance'),
      pointer: '/permission/0/constraint/0/operator',
    },
  ],
});

/** An event of the provider's, taken as far as named. */
async function eventOf({ cast }: Stage, ...steps: readonly ('Open' | 'Close')[]): Promise<string> {
  const { officer } = cast.steel;
  const { result } = await officer.submit<{ eventId: string }>('events:Declare', { name: 'Trade fair' });
  for (const step of steps) await officer.submit(`events:${step}`, { eventId: result.eventId });
  return result.eventId;
}

export const event = classOf('event', {
  allow: [
    {
      title: 'while the event lasts',
      parameters: async (stage) => ({ event: await eventOf(stage, 'Open'), phase: 'during' }),
      run: (trial) => trial.use(),
      expected: 'ALLOWED',
    },
    {
      title: 'before the event',
      parameters: async (stage) => ({ event: await eventOf(stage), phase: 'before' }),
      run: (trial) => trial.use(),
      expected: 'ALLOWED',
    },
  ],
  deny: [
    {
      title: 'before an event that it must be during',
      parameters: async (stage) => ({ event: await eventOf(stage), phase: 'during' }),
      run: (trial) => trial.use(),
      expected: 'TIME_WINDOW',
    },
    {
      title: 'after the event',
      parameters: async (stage) => ({ event: await eventOf(stage, 'Open', 'Close'), phase: 'during' }),
      run: (trial) => trial.use(),
      expected: 'TIME_WINDOW',
    },
  ],
  fault: [
    {
      title: 'an event that nobody has declared',
      parameters: () => ({ event: `event-${'a'.repeat(52)}`, phase: 'before' }),
      run: (trial) => trial.use(),
      expected: 'TIME_WINDOW',
    },
    {
      title: 'the consumer that opens the provider’s event',
      parameters: () => ({ event: `event-${'a'.repeat(52)}`, phase: 'during' }),
      run: async ({ stage }) => {
        const eventId = await eventOf(stage);
        return refusal(stage.cast.supplier.officer.submit('events:Open', { eventId }));
      },
      expected: 'NOT_PARTY',
    },
  ],
  malformed: [
    {
      title: 'an event that is no record',
      document: () => constrained('event', 'eq', 'Hannover Messe 2022'),
      pointer: '/permission/0/constraint/0/rightOperand',
    },
  ],
});

export const interval = classOf('interval', {
  allow: [
    {
      title: 'inside the interval',
      parameters: () => ({ from: inDays(-1), until: inDays(1) }),
      run: (trial) => trial.use(),
      expected: 'ALLOWED',
    },
  ],
  deny: [
    {
      title: 'after it',
      parameters: () => ({ from: inDays(-2), until: inDays(-1) }),
      run: (trial) => trial.use(),
      expected: 'TIME_WINDOW',
    },
    {
      title: 'before it',
      parameters: () => ({ from: inDays(1), until: inDays(2) }),
      run: (trial) => trial.use(),
      expected: 'TIME_WINDOW',
    },
  ],
  fault: [
    {
      title: 'a time that the consumer’s component states',
      parameters: () => ({ from: inDays(1), until: inDays(2) }),
      run: (trial) =>
        refusal(
          trial.attest(trial.stage.software.supplier, [
            { operand: 'dateTime', value: { '@value': inDays(1.5), '@type': 'xsd:dateTime' } },
          ]),
        ),
      expected: 'NOT_ATTESTING_PARTY',
    },
  ],
  malformed: [
    {
      title: 'a time without a zone',
      document: () => constrained('dateTime', 'lt', '2027-01-01T00:00:00'),
      pointer: '/permission/0/constraint/0/rightOperand',
    },
  ],
});

export const duration = classOf('duration', {
  allow: [
    {
      title: 'within the duration',
      parameters: () => ({ duration: 'PT1H' }),
      run: (trial) => trial.use(),
      expected: 'ALLOWED',
    },
  ],
  deny: [
    {
      title: 'after it',
      parameters: () => ({ duration: 'PT1S' }),
      run: async (trial) => {
        await seconds(1.2);
        return trial.use();
      },
      expected: 'TIME_WINDOW',
    },
  ],
  fault: [
    {
      title: 'a lapse of time that the consumer’s component states',
      parameters: () => ({ duration: 'PT1S' }),
      run: (trial) =>
        refusal(
          trial.attest(trial.stage.software.supplier, [
            { operand: 'elapsedTime', value: { '@value': inDays(0), '@type': 'xsd:dateTime' } },
          ]),
        ),
      expected: 'NOT_ATTESTING_PARTY',
    },
  ],
  malformed: [
    {
      title: 'a duration that is none',
      document: () => constrained('elapsedTime', 'lteq', { '@value': '3 months', '@type': 'xsd:duration' }),
      pointer: '/permission/0/constraint/0/rightOperand',
    },
  ],
});

export const numberOfUsages = classOf('number-of-usages', {
  allow: [
    {
      title: 'each of the uses there are',
      parameters: () => ({ count: 2 }),
      run: async (trial) => ((await trial.use()) === 'ALLOWED' ? trial.use() : 'DENIED'),
      expected: 'ALLOWED',
    },
  ],
  deny: [
    {
      title: 'one more than there are, of five at once',
      parameters: () => ({ count: 4 }),
      run: async (trial) => {
        const outcomes = await Promise.all(Array.from({ length: 5 }, () => trial.use()));
        return [...new Set(outcomes.sort().slice(0, 4))].join() === 'ALLOWED'
          ? outcomes[4]!
          : outcomes.join();
      },
      expected: 'QUOTA',
    },
  ],
  fault: [
    {
      title: 'a count that the consumer’s component states',
      parameters: () => ({ count: 1 }),
      run: (trial) =>
        refusal(
          trial.attest(trial.stage.software.supplier, [
            { operand: 'count', value: { '@value': '1', '@type': 'xsd:integer' } },
          ]),
        ),
      expected: 'NOT_ATTESTING_PARTY',
    },
  ],
  malformed: [
    {
      title: 'a count inside of a choice',
      document: () => ({
        permission: [
          {
            action: 'use',
            constraint: [
              {
                or: [
                  { leftOperand: 'count', operator: 'lteq', rightOperand: 3 },
                  { leftOperand: 'purpose', operator: 'eq', rightOperand: 'audit' },
                ],
              },
            ],
          },
        ],
      }),
      pointer: '/permission/0/constraint/0/or/0/leftOperand',
    },
  ],
});

const EMERGENCY = { operand: 'idsc:STATE', value: 'emergency' };

const inEmergency = (changes: Pick<Case, 'title' | 'run' | 'expected'>): Case => ({
  parameters: () => ({ states: ['emergency'] }),
  ...changes,
});

export const state = classOf('state', {
  allow: [
    inEmergency({
      title: 'the state named, stated by the provider’s component',
      run: (trial) => trial.useWith(trial.stage.software.steel, EMERGENCY),
      expected: 'ALLOWED',
    }),
  ],
  deny: [
    inEmergency({
      title: 'another state',
      run: (trial) => trial.useWith(trial.stage.software.steel, { operand: 'idsc:STATE', value: 'normal' }),
      expected: 'CONSTRAINT',
    }),
    inEmergency({ title: 'no statement', run: (trial) => trial.use(), expected: 'CONSTRAINT' }),
  ],
  fault: [
    inEmergency({
      title: 'the state stated by the consumer’s own component',
      run: (trial) => refusal(trial.attest(trial.stage.software.supplier, [EMERGENCY])),
      expected: 'NOT_ATTESTING_PARTY',
    }),
    inEmergency({
      title: 'the statement signed by who asks in the provider’s component’s name',
      run: (trial) => {
        const { steel, supplier } = trial.stage.software;
        return refusal(trial.attest(steel, [EMERGENCY], { by: supplier.client }));
      },
      expected: 'COMPONENT_NOT_CERTIFIED',
    }),
    inEmergency({
      title: 'the statement signed by a person of the provider',
      run: (trial) => {
        const { cast, software } = trial.stage;
        return refusal(trial.attest(software.steel, [EMERGENCY], { by: cast.steel.officer }));
      },
      expected: 'NOT_COMPONENT_KEY',
    }),
    inEmergency({
      title: 'a state that has run out',
      run: async (trial) => {
        const { steel } = trial.stage.software;
        const attestation = await trial.attest(steel, [EMERGENCY], { seconds: 4 });
        await seconds(4.1);
        return trial.use({ attestations: [attestation] });
      },
      expected: 'CONSTRAINT',
    }),
  ],
  malformed: [],
});

export const CASES: readonly ClassCases[] = [
  location,
  purpose,
  event,
  interval,
  duration,
  numberOfUsages,
  state,
];
