import type { Checkout, Report } from './checkout.js';
import { figuresOf, paired, type Figures, type Pairing, type Round } from './pairing.js';

/** Runs one benchmark in a checkout; `undefined` where the checkout has none of that name. */
export type Run = (checkout: Checkout, name: string) => Promise<Report | undefined>;

interface Compared extends Pairing {
  readonly name: string;
  /** Whether the baseline has this benchmark at all. */
  readonly isKnown: boolean;
  /** Of ours alone, where the baseline has none. */
  readonly alone: Figures;
}

export interface Comparison {
  readonly commits: { readonly baseline: string; readonly ours: string };
  readonly rounds: number;
  readonly benchmarks: readonly Compared[];
}

interface Sides {
  readonly ours: Checkout;
  readonly baseline: Checkout;
}

const said = (report: Report, name: string): Figures => figuresOf(report.figures[name]);

/** The rounds of one benchmark: the baseline, then ours, in turn, so that both meet the same machine. */
class Benchmark {
  readonly commits = { baseline: 'unknown', ours: 'unknown' };
  readonly #sides: Sides;
  readonly #run: Run;
  readonly #name: string;
  readonly #tell: (text: string) => void;

  constructor(sides: Sides, run: Run, name: string, tell: (text: string) => void) {
    this.#sides = sides;
    this.#run = run;
    this.#name = name;
    this.#tell = tell;
  }

  async #figures(side: keyof Sides, round: number): Promise<Figures | undefined> {
    this.#tell(`round ${round + 1} of ${this.#name}: ${side === 'ours' ? 'this checkout' : 'the baseline'}`);
    const report = await this.#run(this.#sides[side], this.#name);
    if (report === undefined) return undefined;
    this.commits[side] = report.commit;
    return said(report, this.#name);
  }

  async compare(count: number): Promise<Compared> {
    const rounds: Round[] = [];
    for (let round = 0; round < count; round += 1) {
      const baseline = await this.#figures('baseline', round);
      const ours = (await this.#figures('ours', round)) ?? {};
      if (baseline === undefined)
        return { name: this.#name, isKnown: false, alone: ours, pairs: [], onlyOurs: [], onlyBaseline: [] };
      rounds.push({ baseline, ours });
    }
    return { name: this.#name, isKnown: true, alone: {}, ...paired(rounds) };
  }
}

/**
 * Runs benchmarks in both checkouts, round by round. @param tell told what is being done, since it takes long
 * @throws what `run` throws: a comparison with a gap is worth nothing
 */
export async function compare(
  sides: Sides,
  names: readonly string[],
  rounds: number,
  run: Run,
  tell: (text: string) => void = () => undefined,
): Promise<Comparison> {
  const benchmarks: Compared[] = [];
  let commits = { baseline: 'unknown', ours: 'unknown' };
  for (const name of names) {
    const benchmark = new Benchmark(sides, run, name, tell);
    benchmarks.push(await benchmark.compare(rounds));
    const { baseline, ours } = benchmark.commits;
    commits = { baseline: baseline === 'unknown' ? commits.baseline : baseline, ours };
  }
  return { commits, rounds, benchmarks };
}

const number = (value: number | null): string => (value === null ? '-' : String(value));

/** For people: a line for each figure of both, then what only one of both has. */
export function comparisonTable({ benchmarks }: Comparison): string {
  const lines = [
    ['figure', 'baseline', 'this', 'ratio', 'ratio of each round'],
    ...benchmarks.flatMap(({ name, pairs }) =>
      pairs.map((pair) => [
        `${name} ${pair.figure}`,
        number(pair.baseline),
        number(pair.ours),
        number(pair.ratio),
        pair.ratios.map(number).join(' '),
      ]),
    ),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const table = lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '));
  return [...table, ...benchmarks.flatMap(notesOn)].join('\n');
}

function notesOn({ name, isKnown, alone, onlyOurs, onlyBaseline }: Compared): string[] {
  if (!isKnown)
    return [
      `${name}: the baseline has no such benchmark`,
      ...Object.entries(alone).map(([figure, value]) => `  ${figure}: ${value}`),
    ];
  return [
    ...onlyOurs.map((figure) => `${name} ${figure}: the baseline has no such figure`),
    ...onlyBaseline.map((figure) => `${name} ${figure}: only the baseline has this figure`),
  ];
}
