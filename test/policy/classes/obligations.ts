import { templateOf } from '../../../chaincode/src/policy/templates/index.js';
import { PLAINTEXT, type Stage } from '../stage.js';
import { classOf, refusal, seconds, termsOf, type Case, type ClassCases, type Trial } from './trial.js';

/** Classes 12 and 15 to 17: what has to be done with a use, or after it. */

type Run = Pick<Case, 'title' | 'run' | 'expected'>;
const DUTY = '/permission/0/duty/0';

const deleted = (after: string, changes: Run): Case => ({ parameters: () => ({ after }), ...changes });

/** A use after which what is due is not done in time, and somebody says so. */
async function breached(trial: Trial, duty = DUTY): Promise<string> {
  const usage = await trial.ask();
  await trial.answered(usage);
  await seconds(1.3);
  await trial.escalate(duty, { usage });
  return usage;
}

export const deletion = classOf('delete-after', {
  allow: [
    deleted('P30D', {
      title: 'a use, whose copy is deleted in time, and another',
      run: async (trial) => {
        const usage = await trial.ask();
        await trial.answered(usage);
        await trial.fulfil(DUTY, trial.stage.software.supplier, { usage });
        return trial.use();
      },
      expected: 'ALLOWED',
    }),
    deleted('PT1S', {
      title: 'a use after a breach that was made good',
      run: async (trial) => {
        const usage = await breached(trial);
        await trial.fulfil(DUTY, trial.stage.software.supplier, { usage });
        return trial.use();
      },
      expected: 'ALLOWED',
    }),
  ],
  deny: [
    deleted('PT1S', {
      title: 'a use after one whose copy was not deleted in time',
      run: async (trial) => {
        await breached(trial);
        return trial.use();
      },
      expected: 'BREACH',
    }),
  ],
  fault: [
    deleted('P30D', {
      title: 'a deletion that a person states instead of the component',
      run: async (trial) => {
        const usage = await trial.ask();
        await trial.answered(usage);
        const { cast, software } = trial.stage;
        return refusal(trial.fulfil(DUTY, software.supplier, { usage }, cast.supplier.officer));
      },
      expected: 'NOT_COMPONENT_KEY',
    }),
    deleted('P30D', {
      title: 'a deletion that the provider’s component states',
      run: async (trial) => {
        const usage = await trial.ask();
        await trial.answered(usage);
        return refusal(trial.fulfil(DUTY, trial.stage.software.steel, { usage }));
      },
      expected: 'NOT_ATTESTING_PARTY',
    }),
    deleted('P30D', {
      title: 'a breach that is recorded before the deadline',
      run: async (trial) => {
        const usage = await trial.ask();
        await trial.answered(usage);
        return refusal(trial.escalate(DUTY, { usage }));
      },
      expected: 'NOT_OVERDUE',
    }),
  ],
  malformed: [
    {
      title: 'a deadline without a zone',
      document: () => ({
        permission: [
          {
            action: 'use',
            duty: [
              {
                action: [
                  {
                    'rdf:value': { '@id': 'odrl:delete' },
                    refinement: [
                      { leftOperand: 'dateTime', operator: 'lteq', rightOperand: '2027-01-01T00:00:00' },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      }),
      pointer: '/permission/0/duty/0/action/0/refinement/0/rightOperand',
    },
  ],
});

export const logging = classOf('log', {
  allow: [
    {
      title: 'a use, whose receipt is the log, and opens the file',
      parameters: () => ({ level: 'idsc:ON_ALLOW' }),
      run: (trial) => trial.opened(PLAINTEXT),
      expected: 'ALLOWED',
    },
  ],
  deny: [
    {
      title: 'an action that is no use, and whose denial is logged, too',
      parameters: () => ({}),
      run: async (trial) => {
        const usage = await trial.ask({ action: 'transfer' });
        const outcome = await trial.answered(usage);
        const { state } = await trial.stage.cast.regulator.connector.answered(usage);
        return state === 'DENIED' ? outcome : state;
      },
      expected: 'ACTION',
    },
  ],
  fault: [
    {
      title: 'no receipt, no key: a use that was never asked for',
      parameters: () => ({}),
      run: (trial) => refusal(trial.stage.cast.supplier.connector.open(`usage-${'a'.repeat(52)}`)),
      expected: 'NOT_FOUND',
    },
    {
      title: 'no receipt, no key: a use that was denied',
      parameters: () => ({}),
      run: async (trial) => {
        const usage = await trial.ask({ action: 'transfer' });
        await trial.answered(usage);
        return refusal(trial.stage.cast.supplier.connector.open(usage));
      },
      expected: 'DENIED',
    },
  ],
  malformed: [],
});

const informed = (within: string, changes: Run): Case => ({
  parameters: ({ cast }) => ({ informed: cast.regulator.participant, within }),
  ...changes,
});

export const notification = classOf('inform', {
  allow: [
    informed('P1D', {
      title: 'a use of which the party is informed, and another',
      run: async (trial) => {
        const usage = await trial.ask();
        await trial.answered(usage);
        await trial.fulfil(DUTY, trial.stage.software.regulator, { usage });
        return trial.use();
      },
      expected: 'ALLOWED',
    }),
  ],
  deny: [
    informed('PT1S', {
      title: 'a use after one of which nobody was informed in time',
      run: async (trial) => {
        await breached(trial);
        return trial.use();
      },
      expected: 'BREACH',
    }),
  ],
  fault: [
    informed('P1D', {
      title: 'a notice that its sender says has arrived',
      run: async (trial) => {
        const usage = await trial.ask();
        await trial.answered(usage);
        return refusal(trial.fulfil(DUTY, trial.stage.software.supplier, { usage }));
      },
      expected: 'NOT_ATTESTING_PARTY',
    }),
    informed('P1D', {
      title: 'a notice that a person of the informed party acknowledges',
      run: async (trial) => {
        const usage = await trial.ask();
        await trial.answered(usage);
        const { cast, software } = trial.stage;
        return refusal(trial.fulfil(DUTY, software.regulator, { usage }, cast.regulator.officer));
      },
      expected: 'NOT_COMPONENT_KEY',
    }),
  ],
  malformed: [
    {
      title: 'a party that no participant can be',
      document: () => ({
        permission: [
          { action: 'use', duty: [{ action: 'inform', informedParty: 'https://example.com/party/123' }] },
        ],
      }),
      pointer: '/permission/0/duty/0/informedParty/0/uid',
    },
  ],
});

const handedOn = (changes: Run): Case => ({
  parameters: () => ({ purposes: ['predictive-maintenance'] }),
  terms: { sublicence: { maxDepth: 1 } },
  ...changes,
});

const nextOf = (parameters: object): unknown => templateOf('next-policy')?.make(parameters);

interface SubGrant {
  readonly grantId: string;
  readonly termsDigest: string;
}

async function sublicense({ stage, grantId }: Trial, policy: unknown): Promise<SubGrant> {
  const { supplier, regulator } = stage.cast;
  const { result } = await supplier.officer.submit<SubGrant>('grants:Sublicense', {
    parentId: grantId,
    consumer: regulator.participant,
    terms: termsOf(policy, { term: await termOf(stage, grantId) }),
  });
  return result;
}

const termOf = async ({ cast }: Stage, grantId: string): Promise<unknown> =>
  (await cast.supplier.officer.get<{ terms: { term: unknown } }>(`/grants/${grantId}`)).terms.term;

export const nextPolicy = classOf('next-policy', {
  allow: [
    handedOn({
      title: 'a third party under a sub-grant with the policy, answered by the custodian',
      run: async (trial) => {
        const { grantId, termsDigest } = await sublicense(
          trial,
          nextOf({ purposes: ['predictive-maintenance'] }),
        );
        const { cast, software } = trial.stage;
        await cast.regulator.officer.submit('grants:Accept', { grantId, termsDigest });
        return trial.use({ grant: grantId, component: software.regulator.id }, software.regulator.client);
      },
      expected: 'ALLOWED',
    }),
  ],
  deny: [
    handedOn({
      title: 'a purpose that the policy handed on does not have',
      run: async (trial) => {
        const { grantId, termsDigest } = await sublicense(
          trial,
          nextOf({ purposes: ['predictive-maintenance'] }),
        );
        const { cast, software } = trial.stage;
        await cast.regulator.officer.submit('grants:Accept', { grantId, termsDigest });
        const ask = { grant: grantId, component: software.regulator.id, purpose: 'benchmarking' };
        return trial.use(ask, software.regulator.client);
      },
      expected: 'PURPOSE',
    }),
  ],
  fault: [
    handedOn({
      title: 'a sub-grant whose policy is wider',
      run: (trial) => refusal(sublicense(trial, nextOf({}))),
      expected: 'SUBLICENCE_NOT_PERMITTED',
    }),
    handedOn({
      title: 'a sub-grant that drops the duty to hand the policy on',
      run: (trial) =>
        refusal(
          sublicense(trial, {
            permission: [
              {
                action: 'use',
                constraint: [
                  { leftOperand: 'purpose', operator: 'isPartOf', rightOperand: ['predictive-maintenance'] },
                ],
              },
              { action: 'distribute' },
            ],
          }),
        ),
      expected: 'SUBLICENCE_NOT_PERMITTED',
    }),
    handedOn({
      title: 'the third party under the consumer’s own grant',
      run: (trial) => {
        const { id, client } = trial.stage.software.regulator;
        return refusal(trial.ask({ component: id }, client));
      },
      expected: 'NOT_CONSUMER',
    }),
  ],
  malformed: [],
});

export const CASES: readonly ClassCases[] = [deletion, logging, notification, nextPolicy];
