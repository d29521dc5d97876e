import { DECLARED_FEATURES, type Program, type Step } from '../program.js';
import { get, inSequence, put, run } from './shorthand.js';

const STATUSES = [0, 100, 199, 200, 201, 299, 300, 399, 400, 404, 499, 500, 503, 599, 1000];

const answered = STATUSES.flatMap((status) => [
  inSequence(
    `answer: status ${status}`,
    run(put('§', '1'), { op: 'respond', status, message: 'said', payload: 'carried' }),
    run(get('§')),
  ),
]);

const secret = 'kept-off-the-ledger-7f21';
const withSecret = (step: Step, transient: Record<string, string> = { secret }): Step => ({
  ...step,
  transient,
});

/** What chaincode answers, and what it may see beside its arguments. */
export const answerCases: readonly Program[] = [
  ...answered,
  inSequence('answer: no message', run({ op: 'respond', status: 500, message: '' })),
  inSequence(
    'answer: a message of several lines',
    run({ op: 'respond', status: 500, message: 'one\ntwo: "é"' }),
  ),
  inSequence(
    'answer: refused after writes and an event',
    run(
      put('§', '1'),
      { op: 'event', name: 'e', payload: 'p' },
      { op: 'respond', status: 409, message: '{"code":"NOT_YOURS"}' },
    ),
    run(get('§')),
  ),
  inSequence('event: one', run({ op: 'event', name: 'e', payload: 'p' })),
  inSequence(
    'event: the last of two',
    run({ op: 'event', name: 'a', payload: '1' }, { op: 'event', name: 'b', payload: '' }),
  ),
  inSequence(
    'event: no payload, and writes',
    run(put('§', '1'), { op: 'event', name: '\u{1f600}', payload: '' }),
  ),
  inSequence('event: no name', run({ op: 'event', name: '', payload: 'p' })),
  inSequence(
    'transient: reaches the chaincode and nothing else',
    withSecret(run(put('§', '1'), { op: 'transient', name: 'secret' })),
  ),
  inSequence('transient: absent', run({ op: 'transient', name: 'secret' })),
  inSequence('transient: empty', withSecret(run({ op: 'transient', name: 'secret' }), { secret: '' })),
  inSequence(
    'transient: several',
    withSecret(
      run({ op: 'transient', name: 'a' }, { op: 'transient', name: 'b' }, { op: 'transient', name: '' }),
      { b: 'second-of-them', a: 'first-of-them', '': 'without-a-name' },
    ),
  ),
  inSequence(
    'transient: large',
    withSecret(run({ op: 'transient', name: 'secret' }), { secret: 's'.repeat(200_000) }),
  ),
  inSequence('transient: endorsers named', {
    ...withSecret(run({ op: 'transient', name: 'secret' })),
    endorsers: ['Org2MSP', 'Org3MSP'],
  }),
];

/** Played to see that the embedded node refuses them in words; on Fabric they may succeed. */
export const declaredCases: readonly Program[] = DECLARED_FEATURES.map((feature) =>
  inSequence(`declared: ${feature}`, run({ op: 'declared', feature, key: '§' })),
);
