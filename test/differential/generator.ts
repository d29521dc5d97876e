import {
  ORGANISATIONS,
  type Group,
  type Operation,
  type Program,
  type Step,
  type Tampering,
} from './program.js';
import { newRandom, type Random } from './random.js';

/** Shapes of keys at the edges of what a key may be: separators, NUL, both ends of Unicode, one that sorts unlike UTF-16. */
const KEYS = [
  '§',
  '§/a',
  '§/b',
  '/§/',
  'A§',
  '_§',
  '~§',
  '\u0000§\u0000',
  '\u0000§\u0000a\u0000',
  '§\u0000',
  '§\u0001',
  '§ ',
  '§"\\\n',
  '§é',
  '§e\u0301',
  'ü§',
  '\uff5e§',
  '\u{1f600}§',
  '§\uffff',
  '§\u{10ffff}',
  `§${'k'.repeat(900)}`,
] as const;

const VALUES = ['1', '22', '\u0000', '\u0000\u00ff', '{"a":1}', ' ', 'v'.repeat(3000)] as const;

const TAMPERINGS: readonly Tampering[] = [
  'signature of garbage',
  'signed by another',
  'one endorsement',
  'one endorsement twice',
  'endorsement of garbage',
  'response changed',
  'proposal payload changed',
  'nonce changed',
];

type Make = (random: Random, keys: readonly string[]) => Operation;

const value = (random: Random): string => (random.percent(12) ? '' : random.pick(VALUES));

const operations: readonly (readonly [number, Make])[] = [
  [34, (random, keys) => ({ op: 'get', key: random.pick(keys) })],
  [32, (random, keys) => ({ op: 'put', key: random.pick(keys), value: value(random) })],
  [12, (random, keys) => ({ op: 'delete', key: random.pick(keys) })],
  [
    7,
    (random, keys) => ({
      op: 'putMany',
      writes: Array.from({ length: 1 + random.below(4) }, () => [
        random.pick(keys),
        random.percent(25) ? null : value(random),
      ]),
    }),
  ],
  [
    7,
    (random, keys) => ({
      op: 'getMany',
      keys: Array.from({ length: 1 + random.below(4) }, () => random.pick(keys)),
    }),
  ],
  [3, (random) => ({ op: 'event', name: random.pick(['e', 'é']), payload: random.pick(['', 'x']) })],
  [3, (random) => ({ op: 'transient', name: random.pick(['secret', 'none']) })],
  [
    2,
    (random) => ({
      op: 'respond',
      status: random.pick([200, 201, 299, 399, 400, 404, 500]),
      message: random.pick(['', 'said']),
      payload: random.pick(['', 'p']),
    }),
  ],
];

const operation = (random: Random, keys: readonly string[]): Operation =>
  random.weighted(operations)(random, keys);

function endorsers(random: Random): Pick<Step, 'endorsers'> {
  if (random.percent(75)) return {};
  const size = random.weighted([
    [5, 1],
    [4, 2],
    [3, 3],
  ] as const);
  const start = random.below(ORGANISATIONS.length);
  const chosen = ORGANISATIONS.filter((_, i) => (i - start + 3) % 3 < size);
  return { endorsers: chosen };
}

function fault(random: Random): Pick<Step, 'proposal' | 'tampering'> {
  if (random.percent(5)) return { tampering: random.pick(TAMPERINGS) };
  if (!random.percent(4)) return {};
  return {
    proposal: random.pick([
      { shiftMinutes: 16 },
      { shiftMinutes: -16 },
      { shiftMinutes: 14 },
      { shiftMinutes: -14 },
      { signature: 'garbage' },
      { signature: 'of other bytes' },
      { txId: '00' },
    ] as const),
  };
}

function step(random: Random, keys: readonly string[]): Step {
  return {
    run: Array.from({ length: 1 + random.below(6) }, () => operation(random, keys)),
    ...(random.percent(30) && { by: random.pick(ORGANISATIONS) }),
    ...endorsers(random),
    ...(random.percent(8) && { transient: { secret: 'never-on-the-ledger' } }),
    ...fault(random),
  };
}

/** Steps whose envelope certainly was, or will be, there to be submitted again. */
const isCertain = ({ run, proposal, tampering, again }: Step): boolean =>
  !proposal && !tampering && !again && run.every(({ op }) => op !== 'respond');

function group(random: Random, keys: readonly string[], index: number): Group {
  const steps = Array.from({ length: 1 + random.below(4) }, () => step(random, keys));
  const certain = steps.findIndex(isCertain);
  if (certain < 0 || !random.percent(6)) return steps;
  return [...steps, { run: [], by: steps[certain]?.by ?? 'Org1MSP', again: { group: index, step: certain } }];
}

/** The program of a seed. */
export function generateProgram(seed: number): Program {
  const random = newRandom(seed);
  const keys = Array.from({ length: 2 + random.below(4) }, () => random.pick(KEYS));
  const groups = Array.from({ length: 1 + random.below(4) }, (_, index) => group(random, keys, index));
  return { name: `seed ${seed}`, groups };
}

/** As many programs as asked for, of consecutive seeds. */
export function generatePrograms(seed: number, count: number): Program[] {
  return Array.from({ length: count }, (_, index) => generateProgram(seed + index));
}
