import { classOf, refusal, type Case, type ClassCases, type Trial } from './trial.js';

/** Classes 19, 20 and 23: what has to be done before a use. */

type Run = Pick<Case, 'title' | 'run' | 'expected'>;
const DUTY = '/permission/0/duty/0';

const sold = (changes: Run): Case => ({
  parameters: ({ cast }) => ({ amount: '1500.00', currency: 'CNY', creditor: cast.steel.participant }),
  ...changes,
});

/** Statements of payment that do not count. */
const unpaid = (made: (changes: Run) => Case, more: object): readonly Case[] => [
  made({
    title: 'a payment that the debtor’s component states',
    run: (trial) => refusal(trial.fulfil(DUTY, trial.stage.software.supplier, more)),
    expected: 'NOT_ATTESTING_PARTY',
  }),
  made({
    title: 'a payment that a person of the creditor states',
    run: (trial) => {
      const { cast, software } = trial.stage;
      return refusal(trial.fulfil(DUTY, software.steel, more, cast.steel.officer));
    },
    expected: 'NOT_COMPONENT_KEY',
  }),
];

export const sale = classOf('sale', {
  allow: [
    sold({
      title: 'what was paid for, as often as asked',
      run: async (trial) => {
        await trial.fulfil(DUTY, trial.stage.software.steel);
        return (await trial.use()) === 'ALLOWED' ? trial.use() : 'DENIED';
      },
      expected: 'ALLOWED',
    }),
  ],
  deny: [sold({ title: 'what was not paid for', run: (trial) => trial.use(), expected: 'DUTY' })],
  fault: unpaid(sold, {}),
  malformed: [
    {
      title: 'a price without a currency',
      document: ({ cast }) => ({
        permission: [
          {
            action: 'use',
            duty: [
              {
                action: [
                  {
                    'rdf:value': { '@id': 'odrl:compensate' },
                    refinement: [
                      {
                        leftOperand: 'payAmount',
                        operator: 'eq',
                        rightOperand: { '@value': '5.00', '@type': 'xsd:decimal' },
                      },
                    ],
                  },
                ],
                compensatedParty: cast.steel.participant,
              },
            ],
          },
        ],
      }),
      pointer: '/permission/0/duty/0/action/refinement/0',
    },
  ],
});

const rented = (changes: Run): Case => ({
  parameters: ({ cast }) => ({
    amount: '500.00',
    currency: 'CNY',
    creditor: cast.steel.participant,
    period: 'P10D',
  }),
  ...changes,
});

export const rental = classOf('rental', {
  allow: [
    rented({
      title: 'within a period that was paid for',
      run: async (trial) => {
        await trial.fulfil(DUTY, trial.stage.software.steel, { period: 0 });
        return trial.use();
      },
      expected: 'ALLOWED',
    }),
  ],
  deny: [
    rented({ title: 'within a period that was not', run: (trial) => trial.use(), expected: 'DUTY' }),
    rented({
      title: 'within a period, when another one was paid for',
      run: async (trial) => {
        await trial.fulfil(DUTY, trial.stage.software.steel, { period: 1 });
        return trial.use();
      },
      expected: 'DUTY',
    }),
  ],
  fault: unpaid(rented, { period: 0 }),
  malformed: [],
});

const asked = (changes: Run, needed = 2): Case => ({
  parameters: ({ cast }) => ({
    parties: [cast.steel.participant, cast.regulator.participant, cast.supplier.participant],
    needed,
  }),
  ...changes,
});

type Role = 'steel' | 'regulator' | 'supplier';

const consents = ({ stage, grantId, termsDigest }: Trial, ...parties: readonly Role[]): Promise<unknown> =>
  parties.reduce<Promise<unknown>>(
    (before, party) =>
      before.then(() => stage.cast[party].officer.submit('consents:Give', { grantId, termsDigest })),
    Promise.resolve(),
  );

export const consent = classOf('consent', {
  allow: [
    asked({
      title: 'with the consents of two of three',
      run: async (trial) => {
        await consents(trial, 'steel', 'regulator');
        return trial.use();
      },
      expected: 'ALLOWED',
    }),
  ],
  deny: [
    asked({
      title: 'with one consent of two',
      run: async (trial) => {
        await consents(trial, 'regulator');
        return trial.use();
      },
      expected: 'CONSENT',
    }),
    asked({
      title: 'after one of two has withdrawn',
      run: async (trial) => {
        await consents(trial, 'steel', 'regulator');
        const { grantId, stage } = trial;
        await stage.cast.regulator.officer.submit('consents:Withdraw', {
          grantId,
          reason: 'changed our mind',
        });
        return trial.use();
      },
      expected: 'CONSENT',
    }),
  ],
  fault: [
    {
      title: 'the consent of a participant that is not asked',
      parameters: ({ cast }) => ({ parties: [cast.steel.participant], needed: 1 }),
      run: (trial) => refusal(consents(trial, 'regulator')),
      expected: 'NOT_CONSENTING_PARTY',
    },
    asked({
      title: 'consent to other terms',
      run: ({ stage, grantId }) =>
        refusal(
          stage.cast.regulator.officer.submit('consents:Give', {
            grantId,
            termsDigest: `sha256:${'0'.repeat(64)}`,
          }),
        ),
      expected: 'TERMS_CHANGED',
    }),
    asked({
      title: 'consent that a component gives instead of an officer',
      run: ({ stage, grantId, termsDigest }) =>
        refusal(stage.cast.regulator.connector.submit('consents:Give', { grantId, termsDigest })),
      expected: 'NOT_AUTHORISED',
    }),
  ],
  malformed: [
    {
      title: 'more consents than there are parties',
      document: ({ cast }) => ({
        permission: [
          {
            action: 'use',
            duty: [
              {
                action: [
                  {
                    'rdf:value': { '@id': 'odrl:obtainConsent' },
                    refinement: [{ leftOperand: 'count', operator: 'gteq', rightOperand: 2 }],
                  },
                ],
                consentingParty: cast.steel.participant,
              },
            ],
          },
        ],
      }),
      pointer: '/permission/0/duty/0/action/refinement',
    },
  ],
});

export const CASES: readonly ClassCases[] = [sale, rental, consent];
