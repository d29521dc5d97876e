import type { Program, Step } from '../program.js';
import { get, program, put, remove, run } from './shorthand.js';

const increment: Step = run(get('§'), put('§', 'next'));
const before = [run(put('§', '0'))];
const after = [run(get('§'))];

/** Several transactions in one block, all endorsed on the state before it. */
const sameBlock = (name: string, ...steps: Step[]): Program =>
  program(`block: ${name}`, before, steps, after);
const onNothing = (name: string, ...steps: Step[]): Program =>
  program(`block, missing key: ${name}`, steps, after);

export const conflictCases: readonly Program[] = [
  sameBlock('two blind writes', run(put('§', '1')), run(put('§', '2'))),
  sameBlock('two read-modify-writes', increment, increment),
  sameBlock('three read-modify-writes', increment, increment, increment),
  sameBlock('reader, then writer', run(get('§'), put('§/b', '1')), run(put('§', '1'))),
  sameBlock('writer, then reader', run(put('§', '1')), run(get('§'), put('§/b', '1'))),
  sameBlock('writer of the same value, then reader', run(put('§', '0')), run(get('§'))),
  sameBlock('delete, then reader', run(remove('§')), run(get('§'))),
  sameBlock('empty value, then reader', run(put('§', '')), run(get('§'))),
  sameBlock('reader, then delete, then reader', run(get('§')), run(remove('§')), run(get('§'))),
  sameBlock('delete, then blind write', run(remove('§')), run(put('§', '1'))),
  sameBlock('blind write, then delete', run(put('§', '1')), run(remove('§'))),
  sameBlock(
    'the writer is itself in conflict',
    run(put('§', '1')),
    run(get('§'), put('§/b', '1')),
    run(get('§/b'), put('§/c', '1')),
  ),
  sameBlock(
    'the writer lacks endorsements',
    { ...run(put('§', '1')), endorsers: ['Org1MSP'] },
    run(get('§'), put('§', '2')),
  ),
  sameBlock(
    'the writer has a spoilt endorsement',
    { ...increment, tampering: 'response changed' },
    increment,
  ),
  sameBlock(
    'cross reads: each reads what the other writes',
    run(get('§/a'), put('§/b', '1')),
    run(get('§/b'), put('§/a', '1')),
  ),
  sameBlock('reads only, twice', run(get('§')), run(get('§'))),
  sameBlock(
    'different clients and endorsers',
    { ...increment, by: 'Org2MSP', endorsers: ['Org2MSP', 'Org3MSP'] },
    { ...increment, by: 'Org3MSP', endorsers: ['Org1MSP', 'Org3MSP'] },
    { ...increment, endorsers: ['Org1MSP', 'Org2MSP', 'Org3MSP'] },
  ),
  sameBlock(
    'a batch and a reader',
    run({
      op: 'putMany',
      writes: [
        ['§', '1'],
        ['§/b', '2'],
      ],
    }),
    run(get('§/b')),
  ),
  sameBlock(
    'a batch of reads after a writer',
    run(put('§/b', '1')),
    run({ op: 'getMany', keys: ['§', '§/b'] }),
  ),
  onNothing('created twice, blindly', run(put('§', '1')), run(put('§', '2'))),
  onNothing('created twice, after a look', increment, increment),
  onNothing('deleted, then read', run(remove('§')), run(get('§'))),
  onNothing('empty value, then read', run(put('§', '')), run(get('§'))),
  onNothing('created and deleted, then read', run(put('§', '1')), run(remove('§')), run(get('§'))),
  onNothing('read, then created', run(get('§'), put('§/b', '1')), run(put('§', '1'))),
  program(
    'blocks: a delete and a new key make a new version',
    before,
    [run(get('§'), remove('§'))],
    [run(get('§'), put('§', '1'))],
    [increment, increment],
    [run(remove('§')), run(put('§', '2'))],
    after,
  ),
];
