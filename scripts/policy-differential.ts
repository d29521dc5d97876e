import { parseArgs } from 'node:util';
import { disagreementOf, type Disagreement } from '../test/policy/oracle/comparison.js';
import { leakOf } from '../test/policy/oracle/narrowing.js';

const HELP = `Usage: npm run differential:policy -- [--cases N] [--seed S] [--keep K] [--narrowing]

Judges random policies, attempts and states of the world twice: with the rules of the ledger, and with an oracle that was
written from the text of ODRL 2.2 and shares no code with them (test/policy/oracle). Compares every premise, activation,
performance and deontic state of the report in the closed and in the open world, and the decision. Every case has a seed of its own, S, S+1 and so on.

  --narrowing  judge children of random policies instead: what the rules take for no wider than its parent must allow nothing
               that the parent does not, in 20 cases each
  --cases N  how many cases (default 200000)
  --seed S   seed of the first case (default 1)
  --keep K   stop after so many disagreements (default 10)
  --help     this text

Prints every disagreement with its seed and what was judged. Ends with code 0 when there is none, 1 when there is one,
2 when the options are wrong.
`;

function wholeNumber(text: string, name: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`--${name} takes a whole number`);
  return Number(text);
}

function describe({ seed, at, expected, found, sample }: Disagreement): string {
  const lines = [
    `seed ${seed}: ${at}`,
    `  oracle ${JSON.stringify(expected)}`,
    `  ledger ${JSON.stringify(found)}`,
  ];
  return [...lines, `  ${JSON.stringify(sample)}`].join('\n');
}

/** What is wrong with the case of a seed. */
type Judge = (seed: number) => string | undefined;

const compared: Judge = (seed) => {
  const disagreement = disagreementOf(seed);
  return disagreement && describe(disagreement);
};

const narrowed: Judge = (seed) => {
  const leak = leakOf(seed);
  return typeof leak === 'object'
    ? `seed ${seed}: wider than its parent\n  ${JSON.stringify(leak)}`
    : undefined;
};

function run(judge: Judge, cases: number, seed: number, keep: number): void {
  const startedAt = performance.now();
  let disagreements = 0;
  let judged = 0;
  for (; judged < cases && disagreements < keep; judged += 1) {
    const wrong = judge(seed + judged);
    if (wrong === undefined) continue;
    disagreements += 1;
    process.stdout.write(`${wrong}\n`);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(
    `${disagreements} disagreements in ${judged} cases from seed ${seed} on, ${seconds} s\n`,
  );
  process.exitCode = disagreements === 0 ? 0 : 1;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '200000' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'string', default: '10' },
      narrowing: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const [cases, seed, keep] = (['cases', 'seed', 'keep'] as const).map((name) =>
    wholeNumber(values[name], name),
  ) as [number, number, number];
  run(values.narrowing ? narrowed : compared, cases, seed, keep);
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
