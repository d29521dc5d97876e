import { inDays } from '../../../scripts/demo/requests.js';
import { newcomer, PLAINTEXT, type Stage } from '../stage.js';
import { classOf, refusal, seconds, type Case, type ClassCases, type Trial } from './trial.js';

/** Classes 1 to 4, 8 and 22: who may use the data, and with what. */

export const consumer = classOf('consumer', {
  allow: [
    {
      title: 'the consumer named, who opens the file',
      parameters: ({ cast }) => ({ consumers: [cast.supplier.participant] }),
      run: (trial) => trial.opened(PLAINTEXT),
      expected: 'ALLOWED',
    },
  ],
  deny: [
    {
      title: 'another consumer than the one named',
      parameters: ({ cast }) => ({ consumers: [cast.regulator.participant] }),
      run: (trial) => trial.use(),
      expected: 'RECIPIENT',
    },
  ],
  fault: [
    {
      title: 'a third party under the consumer’s grant',
      parameters: ({ cast }) => ({ consumers: [cast.regulator.participant] }),
      run: (trial) => {
        const { id, client } = trial.stage.software.regulator;
        return refusal(trial.ask({ component: id }, client));
      },
      expected: 'NOT_CONSUMER',
    },
  ],
  malformed: [
    {
      title: 'a consumer that no participant can be',
      document: () => ({ permission: [{ action: 'use', assignee: 'https://example.com/party/456' }] }),
      pointer: '/permission/0/assignee/uid',
    },
  ],
});

export const connector = classOf('connector', {
  allow: [
    {
      title: 'the component named',
      parameters: ({ software }) => ({ connectors: [software.supplier.id] }),
      run: (trial) => trial.use(),
      expected: 'ALLOWED',
    },
  ],
  deny: [
    {
      title: 'another certified component of the same consumer',
      parameters: ({ software }) => ({ connectors: [software.application.id] }),
      run: (trial) => trial.use(),
      expected: 'COMPONENT_PROFILE',
    },
  ],
  fault: [
    {
      title: 'the component named, with another component’s key',
      parameters: ({ software }) => ({ connectors: [software.application.id] }),
      run: (trial) => refusal(trial.ask({ component: trial.stage.software.application.id })),
      expected: 'NOT_COMPONENT_KEY',
    },
    {
      title: 'the component named, which is suspended',
      parameters: ({ software }) => ({ connectors: [software.suspended.id] }),
      run: (trial) => {
        const { id, client } = trial.stage.software.suspended;
        return trial.use({ component: id }, client);
      },
      expected: 'CONSUMER_COMPONENT',
    },
    {
      title: 'the component named, whose certificate has expired',
      parameters: ({ software }) => ({ connectors: [software.expired.id] }),
      run: async (trial) => {
        const { id, client } = trial.stage.software.expired;
        await trial.stage.whenExpired();
        return trial.use({ component: id }, client);
      },
      expected: 'CONSUMER_COMPONENT',
    },
    {
      title: 'a component that nobody has certified',
      parameters: ({ software }) => ({ connectors: [software.supplier.id] }),
      run: (trial) => refusal(trial.ask({ component: `component-${'a'.repeat(52)}` })),
      expected: 'COMPONENT_NOT_CERTIFIED',
    },
  ],
  malformed: [
    {
      title: 'an order among connectors',
      document: ({ software }) => ({
        permission: [
          {
            action: 'use',
            constraint: [
              { leftOperand: 'idsc:CONNECTOR', operator: 'gt', rightOperand: software.supplier.id },
            ],
          },
        ],
      }),
      pointer: '/permission/0/constraint/0/operator',
    },
  ],
});

const APPLICATION = 'idsc:APPLICATION';

const ofApplication = (changes: Pick<Case, 'title' | 'run' | 'expected'>): Case => ({
  parameters: ({ software }) => ({ applications: [software.application.id] }),
  ...changes,
});

export const application = classOf('application', {
  allow: [
    ofApplication({
      title: 'the application named, which states itself',
      run: (trial) => {
        const { application: own } = trial.stage.software;
        return trial.useWith(own, { operand: APPLICATION, value: own.id });
      },
      expected: 'ALLOWED',
    }),
  ],
  deny: [
    ofApplication({
      title: 'another application, which states itself',
      run: (trial) => {
        const { supplier } = trial.stage.software;
        return trial.useWith(supplier, { operand: APPLICATION, value: supplier.id });
      },
      expected: 'COMPONENT_PROFILE',
    }),
    ofApplication({
      title: 'no statement',
      run: (trial) => trial.use(),
      expected: 'COMPONENT_PROFILE',
    }),
  ],
  fault: [
    ofApplication({
      title: 'the statement signed by who asks instead of the application',
      run: (trial) => {
        const { application: own, supplier } = trial.stage.software;
        const facts = [{ operand: APPLICATION, value: own.id }];
        return refusal(trial.attest(own, facts, { by: supplier.client }));
      },
      expected: 'NOT_COMPONENT_KEY',
    }),
    ofApplication({
      title: 'a component that states another one',
      run: (trial) => {
        const { application: other, supplier } = trial.stage.software;
        return refusal(trial.attest(supplier, [{ operand: APPLICATION, value: other.id }]));
      },
      expected: 'NOT_ATTESTING_PARTY',
    }),
    ofApplication({
      title: 'a statement that was withdrawn',
      run: async (trial) => {
        const { application: own } = trial.stage.software;
        const attestationId = await trial.attest(own, [{ operand: APPLICATION, value: own.id }]);
        await trial.stage.cast.supplier.officer.submit('attestations:Withdraw', { attestationId });
        return trial.use({ attestations: [attestationId] });
      },
      expected: 'COMPONENT_PROFILE',
    }),
    ofApplication({
      title: 'a statement that has run out',
      run: async (trial) => {
        const { application: own } = trial.stage.software;
        const facts = [{ operand: APPLICATION, value: own.id }];
        const attestationId = await trial.attest(own, facts, { seconds: 4 });
        await seconds(4.1);
        return trial.use({ attestations: [attestationId] });
      },
      expected: 'COMPONENT_PROFILE',
    }),
  ],
  malformed: [],
});

const ROLE = { operand: 'idsc:ROLE', value: 'maintenance-engineer' };

const ofRole = (changes: Pick<Case, 'title' | 'run' | 'expected'>): Case => ({
  parameters: () => ({ roles: ['maintenance-engineer', 'plant-manager'] }),
  ...changes,
});

/** A use with a statement, whose component something was done to after it had signed. */
async function afterStatement(
  trial: Trial,
  transaction: string,
  request: (stage: Stage) => object | Promise<object>,
): Promise<string> {
  const { stage } = trial;
  const stating = await newcomer(stage);
  const attestation = await trial.attest(stating, [ROLE]);
  const change = { componentId: stating.id, ...(await request(stage)) };
  await stage.cast.regulator.officer.submit(transaction, change);
  return trial.use({ attestations: [attestation] });
}

export const role = classOf('role', {
  allow: [
    ofRole({
      title: 'a role named, stated by the consumer’s component',
      run: (trial) => trial.useWith(trial.stage.software.supplier, ROLE),
      expected: 'ALLOWED',
    }),
  ],
  deny: [
    ofRole({
      title: 'another role',
      run: (trial) =>
        trial.useWith(trial.stage.software.supplier, { operand: 'idsc:ROLE', value: 'visitor' }),
      expected: 'CONSTRAINT',
    }),
    ofRole({ title: 'no statement', run: (trial) => trial.use(), expected: 'CONSTRAINT' }),
  ],
  fault: [
    ofRole({
      title: 'the statement signed by the person instead of the component',
      run: (trial) => {
        const { cast, software } = trial.stage;
        return refusal(trial.attest(software.supplier, [ROLE], { by: cast.supplier.officer }));
      },
      expected: 'NOT_COMPONENT_KEY',
    }),
    ofRole({
      title: 'a statement of the provider’s component, who does not know the consumer’s people',
      run: (trial) => refusal(trial.attest(trial.stage.software.steel, [ROLE])),
      expected: 'NOT_ATTESTING_PARTY',
    }),
    ofRole({
      title: 'a statement of a third party’s component',
      run: (trial) => refusal(trial.attest(trial.stage.software.regulator, [ROLE])),
      expected: 'NOT_ATTESTING_PARTY',
    }),
    ofRole({
      title: 'a statement of a suspended component',
      run: (trial) => refusal(trial.attest(trial.stage.software.suspended, [ROLE])),
      expected: 'COMPONENT_NOT_CERTIFIED',
    }),
    ofRole({
      title: 'a statement whose component was suspended since',
      run: (trial) => afterStatement(trial, 'components:Suspend', () => ({ reason: 'audit overdue' })),
      expected: 'CONSTRAINT',
    }),
    ofRole({
      title: 'a statement whose component has another key since',
      run: (trial) =>
        afterStatement(trial, 'components:Renew', async ({ cast }) => ({
          validUntil: inDays(30),
          keys: [await cast.supplier.keyDigest('connector-b')],
        })),
      expected: 'CONSTRAINT',
    }),
    ofRole({
      title: 'a statement under another grant',
      run: async (trial) => {
        const other = await trial.another();
        const attestation = await other.attest(trial.stage.software.supplier, [ROLE]);
        return trial.use({ attestations: [attestation] });
      },
      expected: 'CONSTRAINT',
    }),
  ],
  malformed: [],
});

export const securityLevel = classOf('security-level', {
  allow: [
    {
      title: 'a component certified at a level named',
      parameters: () => ({ levels: ['TRUST', 'TRUST_PLUS'] }),
      run: (trial) => trial.use(),
      expected: 'ALLOWED',
    },
  ],
  deny: [
    {
      title: 'a component certified below it',
      parameters: () => ({ levels: ['TRUST_PLUS'] }),
      run: (trial) => trial.use(),
      expected: 'COMPONENT_PROFILE',
    },
  ],
  fault: [
    {
      title: 'a component certified at it, and suspended since',
      parameters: () => ({ levels: ['TRUST'] }),
      run: (trial) => {
        const { id, client } = trial.stage.software.suspended;
        return trial.use({ component: id }, client);
      },
      expected: 'CONSUMER_COMPONENT',
    },
    {
      title: 'a level that a component states of itself',
      parameters: () => ({ levels: ['TRUST_PLUS'] }),
      run: (trial) =>
        refusal(
          trial.attest(trial.stage.software.supplier, [
            { operand: 'idsc:SECURITY_LEVEL', value: 'TRUST_PLUS' },
          ]),
        ),
      expected: 'NOT_ATTESTING_PARTY',
    },
  ],
  malformed: [
    {
      title: 'a level that nobody certifies',
      document: () => ({
        permission: [
          {
            action: 'use',
            constraint: [{ leftOperand: 'idsc:SECURITY_LEVEL', operator: 'isAnyOf', rightOperand: ['HIGH'] }],
          },
        ],
      }),
      pointer: '/permission/0/constraint/0/rightOperand/0',
    },
  ],
});

export const participantLocation = classOf('participant-location', {
  allow: [
    {
      title: 'a consumer at home in the country named',
      parameters: () => ({ territories: ['CN'] }),
      run: (trial) => trial.use(),
      expected: 'ALLOWED',
    },
  ],
  deny: [
    {
      title: 'a consumer at home elsewhere',
      parameters: () => ({ territories: ['DE', 'CN-32'] }),
      run: (trial) => trial.use(),
      expected: 'RECIPIENT',
    },
  ],
  fault: [
    {
      title: 'a request that says it is processed there, which is another question',
      parameters: () => ({ territories: ['DE'] }),
      run: (trial) => trial.use({ territory: 'DE' }),
      expected: 'RECIPIENT',
    },
  ],
  malformed: [
    {
      title: 'a place that is no ISO 3166 code',
      document: () => ({
        permission: [
          {
            action: 'use',
            assignee: {
              '@type': 'PartyCollection',
              refinement: [{ leftOperand: 'vcard:hasGeo', operator: 'eq', rightOperand: 'Germany' }],
            },
          },
        ],
      }),
      pointer: '/permission/0/assignee/refinement/0/rightOperand',
    },
  ],
});

export const CASES: readonly ClassCases[] = [
  consumer,
  connector,
  application,
  role,
  securityLevel,
  participantLocation,
];
