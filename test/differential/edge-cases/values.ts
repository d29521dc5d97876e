import type { Program } from '../program.js';
import { get, inSequence, put, remove, run } from './shorthand.js';

const everyByte = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');

/** Values, and what a transaction sees of its own writes. */
export const valueCases: readonly Program[] = [
  inSequence('value: one NUL byte', run(put('§', '\u0000')), run(get('§'))),
  inSequence('value: every byte', run(put('§', everyByte)), run(get('§'))),
  inSequence('value: not UTF-8', run(put('§', '\u00c3\u0028\u00ff')), run(get('§'))),
  inSequence('value: half a megabyte', run(put('§', 'v'.repeat(500_000))), run(get('§'))),
  inSequence('value: empty on a missing key', run(put('§', '')), run(get('§'))),
  inSequence('value: empty on an existing key', run(put('§', '1')), run(put('§', '')), run(get('§'))),
  inSequence('value: empty, then something in the same run', run(put('§', ''), put('§', '1')), run(get('§'))),
  inSequence('value: something, then empty in the same run', run(put('§', '1'), put('§', '')), run(get('§'))),
  inSequence('value: the same again is a new version', run(put('§', '1')), run(put('§', '1')), run(get('§'))),
  inSequence('own write is not seen', run(put('§', 'own'), get('§')), run(get('§'))),
  inSequence(
    'own write over an older value',
    run(put('§', 'old')),
    run(put('§', 'own'), get('§')),
    run(get('§')),
  ),
  inSequence('own delete is not seen', run(put('§', 'old')), run(remove('§'), get('§')), run(get('§'))),
  inSequence(
    'read before and after the own write',
    run(put('§', 'old')),
    run(get('§'), put('§', 'n'), get('§')),
  ),
  inSequence(
    'the last of several writes counts',
    run(put('§', '1'), put('§', '2'), put('§', '3')),
    run(get('§')),
  ),
  inSequence('put, then delete in one run', run(put('§', '1'), remove('§')), run(get('§'))),
  inSequence(
    'put, then delete an existing key',
    run(put('§', '0')),
    run(put('§', '1'), remove('§')),
    run(get('§')),
  ),
  inSequence(
    'delete, then put in one run',
    run(put('§', '0')),
    run(remove('§'), put('§', '1')),
    run(get('§')),
  ),
  inSequence('delete a missing key', run(remove('§')), run(get('§'))),
  inSequence(
    'delete twice',
    run(put('§', '1')),
    run(remove('§'), remove('§')),
    run(remove('§')),
    run(get('§')),
  ),
  inSequence('read a missing key many times', run(get('§'), get('§'), get('§'))),
  inSequence('nothing at all', run()),
  inSequence('reads only', run(put('§', '1')), run(get('§'), get('§/missing'))),
  inSequence(
    'batch: one key several times',
    run({
      op: 'putMany',
      writes: [
        ['§', '1'],
        ['§', null],
        ['§', '2'],
      ],
    }),
    run(get('§')),
  ),
  inSequence(
    'batch: put, then delete',
    run({
      op: 'putMany',
      writes: [
        ['§', '1'],
        ['§', null],
      ],
    }),
    run(get('§')),
  ),
  inSequence(
    'batch: empty values',
    run({
      op: 'putMany',
      writes: [
        ['§', ''],
        ['§/b', '1'],
      ],
    }),
    run(get('§'), get('§/b')),
  ),
  inSequence('batch: no writes', run({ op: 'putMany', writes: [] })),
  inSequence('batch: no reads', run({ op: 'getMany', keys: [] })),
  inSequence('batch: empty key', run({ op: 'getMany', keys: [''] })),
  inSequence(
    'batch: reads with repetitions and gaps',
    run(put('§', '1')),
    run({ op: 'getMany', keys: ['§', '§/missing', '§', '\u0000§'] }),
  ),
  inSequence(
    'batch: own writes are not seen',
    run({ op: 'putMany', writes: [['§', '1']] }, { op: 'getMany', keys: ['§'] }, get('§')),
  ),
  inSequence(
    'batch: three hundred keys',
    run({ op: 'putMany', writes: Array.from({ length: 300 }, (_, i) => [`§/${i}`, String(i)] as const) }),
    run({ op: 'getMany', keys: Array.from({ length: 301 }, (_, i) => `§/${i}`) }),
  ),
];
