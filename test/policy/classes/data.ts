import { classOf, refusal, type Case, type ClassCases, type Trial } from './trial.js';
import { makeVersion, transformed } from './versions.js';
import { register } from '../stage.js';

/** Classes 13, 14, 18, 24 and 25: what the data must be, or must have been made into. */

const REPLACE = { path: '$.operator.name', replacement: 'xxxx' };
const REDACTED = JSON.stringify({ operator: { name: 'xxxx' }, torque: [41, 42, 44] });

type Run = Pick<Case, 'title' | 'run' | 'expected'>;
const asIs =
  (parameters: object) =>
  (changes: Run): Case => ({ parameters: () => parameters, ...changes });

/** Cases that every class with a transformation has; `of` is what its policy asks for. */
function faultsOf(made: (changes: Run) => Case, action: string): readonly Case[] {
  return [
    made({
      title: 'the statement signed by a person of the custodian',
      run: async (trial) => {
        const version = await makeVersion(trial.stage, REDACTED);
        const { cast } = trial.stage;
        return refusal(transformed(trial, { version, action, by: cast.steel.officer }));
      },
      expected: 'NOT_COMPONENT_KEY',
    }),
    made({
      title: 'the statement of the consumer’s component',
      run: async (trial) => {
        const version = await makeVersion(trial.stage, REDACTED);
        const { supplier } = trial.stage.software;
        return refusal(transformed(trial, { version, action, component: supplier }));
      },
      expected: 'NOT_CUSTODIAN',
    }),
  ];
}

async function usedTransformed(trial: Trial, action: string, plaintext: string): Promise<string> {
  const version = await makeVersion(trial.stage, plaintext);
  await transformed(trial, { version, action });
  return trial.opened(plaintext, { version });
}

const replaced = asIs(REPLACE);

export const inTransit = classOf('modify-in-transit', {
  allow: [
    replaced({
      title: 'the version in which it was replaced, and opens it',
      run: (trial) => usedTransformed(trial, 'idsc:REPLACE', REDACTED),
      expected: 'ALLOWED',
    }),
  ],
  deny: [
    replaced({ title: 'the version as it was', run: (trial) => trial.use(), expected: 'DUTY' }),
    replaced({
      title: 'a version in which something else was replaced',
      run: async (trial) => {
        const version = await makeVersion(trial.stage, REDACTED);
        await transformed(trial, { version, action: 'idsc:REPLACE', parameters: `sha256:${'0'.repeat(64)}` });
        return trial.use({ version });
      },
      expected: 'DUTY',
    }),
  ],
  fault: faultsOf(replaced, 'idsc:REPLACE'),
  malformed: [
    {
      title: 'a replacement that is due after use',
      document: () => ({
        permission: [
          {
            action: 'use',
            duty: [
              {
                action: 'idsc:REPLACE',
                constraint: [
                  { leftOperand: 'event', operator: 'gt', rightOperand: { '@id': 'odrl:policyUsage' } },
                ],
              },
            ],
          },
        ],
      }),
      pointer: '/permission/0/duty/0',
    },
  ],
});

const anonymised = asIs({});

export const atRest = classOf('modify-at-rest', {
  allow: [
    anonymised({
      title: 'the version that was anonymised',
      run: (trial) => usedTransformed(trial, 'anonymize', REDACTED),
      expected: 'ALLOWED',
    }),
  ],
  deny: [
    anonymised({ title: 'the version as it was', run: (trial) => trial.use(), expected: 'DUTY' }),
    anonymised({
      title: 'a version that something else was done to',
      run: async (trial) => {
        const version = await makeVersion(trial.stage, REDACTED);
        await transformed(trial, { version, action: 'idsc:HASH' });
        return trial.use({ version });
      },
      expected: 'DUTY',
    }),
  ],
  fault: faultsOf(anonymised, 'anonymize'),
  malformed: [],
});

const distributed = asIs({ states: ['encrypted', 'anonymized'] });

export const artifactState = classOf('artifact-state', {
  allow: [
    distributed({
      title: 'a version that is encrypted and was anonymised',
      run: async (trial) => {
        const version = await makeVersion(trial.stage, REDACTED);
        await transformed(trial, { version, action: 'anonymize' });
        return trial.use({ version, action: 'distribute' });
      },
      expected: 'ALLOWED',
    }),
  ],
  deny: [
    distributed({
      title: 'a version that is encrypted only',
      run: (trial) => trial.use({ action: 'distribute' }),
      expected: 'TARGET',
    }),
    distributed({
      title: 'another action than distribution',
      run: (trial) => trial.use({ action: 'read' }),
      expected: 'ACTION',
    }),
  ],
  fault: [
    distributed({
      title: 'a state that the consumer’s component states',
      run: (trial) =>
        refusal(
          trial.attest(trial.stage.software.supplier, [
            { operand: 'ids:artifactState', value: 'anonymized' },
          ]),
        ),
      expected: 'NOT_ATTESTING_PARTY',
    }),
    ...faultsOf(distributed, 'anonymize').slice(0, 1),
  ],
  malformed: [],
});

const unclassified = asIs({ excluded: ['L3', 'personal-data'] });

export const classification = classOf('classification', {
  allow: [
    unclassified({
      title: 'data of a class that is not excluded',
      run: (trial) => trial.use(),
      expected: 'ALLOWED',
    }),
  ],
  deny: [
    {
      title: 'data of a level that is excluded',
      parameters: () => ({ excluded: ['L2'] }),
      run: (trial) => trial.use(),
      expected: 'TARGET',
    },
    unclassified({
      title: 'data that were found to be about persons since',
      run: async (trial) => {
        const { stage } = trial;
        const own = { ...stage, ...(await register(stage.cast)) };
        const later = await trial.another(own);
        await stage.cast.steel.officer.submit('datasets:Classify', {
          datasetId: own.dataset,
          classification: { level: 'L2', grade: 'GENERAL', status: 'DECLARED', personalData: true },
          reason: 'names of operators found',
        });
        return later.use();
      },
      expected: 'TARGET',
    }),
  ],
  fault: [
    unclassified({
      title: 'a classification that the consumer’s component states',
      run: (trial) =>
        refusal(trial.attest(trial.stage.software.supplier, [{ operand: 'skos:concept', value: 'L1' }])),
      expected: 'NOT_ATTESTING_PARTY',
    }),
  ],
  malformed: [],
});

const summed = asIs({ function: 'SUM' });

export const multiParty = classOf('multi-party-computation', {
  allow: [
    summed({
      title: 'the result that was computed with the function',
      run: (trial) => usedTransformed(trial, 'idsc:MPC', JSON.stringify({ torque: 127 })),
      expected: 'ALLOWED',
    }),
  ],
  deny: [summed({ title: 'the input itself', run: (trial) => trial.use(), expected: 'DUTY' })],
  fault: faultsOf(summed, 'idsc:MPC'),
  malformed: [],
});

export const CASES: readonly ClassCases[] = [inTransit, atRest, artifactState, classification, multiParty];
