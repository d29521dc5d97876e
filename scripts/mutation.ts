import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Mutant, type Survivor } from '../test/evidence/mutation/mutant.js';
import { mutationsOf } from '../test/evidence/mutation/places.js';
import { numbersFrom, sampled } from '../test/evidence/mutation/sample.js';
import { isUnbound } from '../test/evidence/mutation/unbound.js';
import { MUTATED, vectorText } from '../test/evidence/mutation/vectors.js';

const HELP = `Usage: npm run test:mutation -- [--vector NAME]... [--sample N] [--seed N] [--workers N]

Changes every bit of every byte string of a good evidence file, and every member beside them, one at a time, and asks the
verifier each time. Changes that go unnoticed and are not on the list of what is bound to nothing
(test/evidence/mutation/unbound.ts) fail the run.

  --vector NAME  of test/vectors/evidence/valid; may be given several times (${MUTATED.join(', ')})
  --sample N     so many changes of each vector, chosen by the seed; without it all, which takes hours
  --seed N       repeats a sample
  --workers N    processes (2)
  --help         this text
`;

interface Share {
  readonly name: string;
  readonly sample: number | undefined;
  readonly seed: number;
  readonly worker: number;
  readonly workers: number;
}

interface Progress {
  readonly done: number;
  readonly total: number;
  readonly survivors: readonly Survivor[];
}

const REPORT_EVERY = 2000;
/** What a worker is started with, before its share. */
const SHARE = '--share';

/** One worker's part: each of them takes turns with the others. */
async function work({ name, sample, seed, worker, workers }: Share): Promise<void> {
  const mutant = await Mutant.prepared(vectorText(name));
  const all = [...mutationsOf(mutant.draft)];
  const chosen = sample === undefined ? all : sampled(all, sample, numbersFrom(seed));
  const own = chosen.filter((_, index) => index % workers === worker);
  let survivors: Survivor[] = [];
  const report = (done: number): void => {
    process.send?.({ done, total: own.length, survivors } satisfies Progress);
    survivors = [];
  };
  for (const [index, mutation] of own.entries()) {
    const survivor = await mutant.try(mutation);
    if (survivor) survivors.push(survivor);
    if (index % REPORT_EVERY === 0) report(index);
  }
  report(own.length);
}

function minutes(millis: number): string {
  return `${(millis / 60_000).toFixed(1)} min`;
}

class Tally {
  readonly survivors: Survivor[] = [];
  readonly #started = Date.now();
  readonly #progress = new Map<number, Progress>();
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  note(worker: number, progress: Progress): void {
    this.#progress.set(worker, progress);
    this.survivors.push(...progress.survivors);
    for (const { field, what } of progress.survivors)
      console.log(`${this.#name}: SURVIVES ${field}: ${what}`);
    const all = [...this.#progress.values()];
    const done = all.reduce((sum, each) => sum + each.done, 0);
    const total = all.reduce((sum, each) => sum + each.total, 0);
    const spent = Date.now() - this.#started;
    const left = done === 0 ? '?' : minutes((spent / done) * (total - done));
    console.log(`${this.#name}: ${done} of ${total}, ${minutes(spent)}, ${left} to go`);
  }
}

/** @returns what survived although something rests on it */
async function mutate(shares: readonly Share[]): Promise<readonly Survivor[]> {
  const tally = new Tally(shares[0]?.name ?? '');
  await Promise.all(
    shares.map(
      (share) =>
        new Promise<void>((resolve, reject) => {
          const child = fork(fileURLToPath(import.meta.url), [SHARE, JSON.stringify(share)]);
          child.on('message', (progress: Progress) => tally.note(share.worker, progress));
          child.on('error', reject);
          child.on('exit', (code) => {
            if (code === 0) resolve();
            else reject(new Error(`a worker ended with ${code}`));
          });
        }),
    ),
  );
  return tally.survivors.filter(({ field }) => !isUnbound(field));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      vector: { type: 'string', multiple: true, default: [...MUTATED] },
      sample: { type: 'string' },
      seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
      workers: { type: 'string', default: '2' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const [seed, workers] = [Number(values.seed), Number(values.workers)];
  const sample = values.sample === undefined ? undefined : Number(values.sample);
  console.log(`seed ${seed}`);
  let bad = 0;
  for (const name of values.vector) {
    const numbers = Array.from({ length: workers }, (_, worker) => worker);
    bad += (await mutate(numbers.map((worker) => ({ name, sample, seed, worker, workers })))).length;
  }
  console.log(bad === 0 ? 'every change was noticed' : `${bad} changes were not noticed`);
  process.exitCode = bad === 0 ? 0 : 1;
}

const [first, second] = process.argv.slice(2);
if (first === SHARE && second !== undefined) {
  await work(JSON.parse(second) as Share);
  process.disconnect();
} else await main();
