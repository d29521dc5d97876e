import { rounded } from '../figures.js';

/** What one run of a benchmark found: numbers by their path in its figures. */
export type Figures = Readonly<Record<string, number>>;

/** One round: the same benchmark in both checkouts, one right after the other. */
export interface Round {
  readonly ours: Figures;
  readonly baseline: Figures;
}

/** A figure of both checkouts, round by round. */
interface Pair {
  readonly figure: string;
  /** Medians over the rounds. */
  readonly baseline: number;
  readonly ours: number;
  /**
   * Ours by the baseline's: the median of the ratios of the rounds. What a machine does beside slows both halves of a round, and is
   * gone from their ratio; it is not from the ratio of medians. `null` where the baseline found 0.
   */
  readonly ratio: number | null;
  /** Of each round, so that one sees how far to believe the ratio. */
  readonly ratios: readonly (number | null)[];
}

export interface Pairing {
  readonly pairs: readonly Pair[];
  /** Figures that only one of both has. */
  readonly onlyOurs: readonly string[];
  readonly onlyBaseline: readonly string[];
}

/** Numbers by path. Lists of numbers are the samples behind a median, and are left out; texts and truths are no figures. */
export function figuresOf(value: unknown, path = ''): Figures {
  if (typeof value === 'number') return Number.isFinite(value) ? { [path]: value } : {};
  if (typeof value !== 'object' || value === null) return {};
  if (Array.isArray(value) && value.some((item) => typeof item !== 'object')) return {};
  const parts = Object.entries(value).map(([name, part]) =>
    figuresOf(part, path === '' ? name : `${path}.${name}`),
  );
  return Object.assign({}, ...parts) as Figures;
}

const DIGITS = 4;

/** To four digits that count: a share and a count of bytes alike. */
const shortened = (value: number): number => Number(value.toPrecision(DIGITS));

/** The two values in the middle, which are one of an odd number. */
function middle(values: readonly number[]): readonly [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted.length >> 1;
  return [sorted[sorted.length - 1 - upper] ?? Number.NaN, sorted[upper] ?? Number.NaN];
}

function median(values: readonly number[]): number {
  const [low, high] = middle(values);
  return (low + high) / 2;
}

/** Between two ratios lies their geometric mean: which side is called the baseline makes no difference. */
function medianRatio(ratios: readonly number[]): number {
  const [low, high] = middle(ratios);
  return rounded(Math.sqrt(low * high), DIGITS);
}

function pairOf(figure: string, rounds: readonly Round[]): Pair {
  const both = rounds.flatMap(({ ours, baseline }) => {
    const [our, their] = [ours[figure], baseline[figure]];
    return our === undefined || their === undefined ? [] : [{ our, their }];
  });
  const ratios = both.map(({ our, their }) => (their === 0 ? null : rounded(our / their, DIGITS)));
  const known = ratios.filter((ratio) => ratio !== null);
  return {
    figure,
    baseline: shortened(median(both.map(({ their }) => their))),
    ours: shortened(median(both.map(({ our }) => our))),
    ratio: known.length === 0 ? null : medianRatio(known),
    ratios,
  };
}

/** Every figure that both checkouts have in one round at least, and the names of the others. */
export function paired(rounds: readonly Round[]): Pairing {
  const namesOf = (side: keyof Round): Set<string> =>
    new Set(rounds.flatMap((round) => Object.keys(round[side])));
  const [ours, baseline] = [namesOf('ours'), namesOf('baseline')];
  const isInOneRound = (name: string): boolean =>
    rounds.some((round) => name in round.ours && name in round.baseline);
  const shared = [...ours].filter(isInOneRound);
  return {
    pairs: shared.map((figure) => pairOf(figure, rounds)),
    onlyOurs: [...ours].filter((name) => !baseline.has(name)),
    onlyBaseline: [...baseline].filter((name) => !ours.has(name)),
  };
}
