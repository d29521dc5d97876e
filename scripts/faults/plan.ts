import { createHash } from 'node:crypto';
import { FAILPOINTS, type Failpoint } from '../../gateway/src/custody/failpoint.js';

/** Where a process dies: at a named step of a gateway, or the ledger at any moment. */
export type Place = Failpoint | 'node';

/** One kill, wholly determined by the seed and its number. */
export interface Kill {
  readonly number: number;
  readonly place: Place;
  /** MSP id of the gateway, or `node`. */
  readonly victim: string;
  /** The how manyeth time the step is reached. */
  readonly nth: number;
  /** Uses under way at a time. */
  readonly parallel: number;
  /** How long into the uses the ledger is killed, in milliseconds. */
  readonly delay: number;
  /** The victim comes back only to die at this kill's step: it dies in the middle of recovering from the one before. */
  readonly isDuringRecovery: boolean;
}

const PROVIDER = 'SteelMSP';
const CONSUMER = 'ComponentMSP';
const NODE_KILLS_A_ROUND = 3;
const ROUND: readonly Place[] = [...FAILPOINTS, ...Array<Place>(NODE_KILLS_A_ROUND).fill('node')];

const victimOf = (place: Place): string => {
  if (place === 'node') return 'node';
  return /^(?:register|custody)\./.test(place) ? PROVIDER : CONSUMER;
};

/** A number below `below` for a purpose: the same for the same seed, whatever else was drawn. */
const draw = (seed: number, purpose: string, below: number): number =>
  createHash('sha256').update(`${seed}/${purpose}`).digest().readUInt32BE(0) % below;

/** Every place once, in an order of its own for each round. */
function roundOf(seed: number, round: number): Place[] {
  const order = (index: number): number => draw(seed, `round ${round} place ${index}`, 2 ** 32);
  return ROUND.map((place, index) => ({ place, at: order(index) }))
    .sort((a, b) => a.at - b.at)
    .map(({ place }) => place);
}

/** The kills of a seed: each round of 20 kills at every failpoint once and at the ledger three times. */
export function planKills(count: number, seed: number): Kill[] {
  const rounds = Math.ceil(count / ROUND.length);
  const places = Array.from({ length: rounds }, (_, round) => roundOf(seed, round)).flat();
  return places.slice(0, count).map((place, index) => {
    const of = (what: string, below: number): number => draw(seed, `kill ${index} ${what}`, below);
    const victim = victimOf(place);
    const previous = places[index - 1];
    const isSame = place !== 'node' && previous !== undefined && victimOf(previous) === victim;
    return {
      number: index + 1,
      place,
      victim,
      nth: 1 + of('nth', place === 'custody.delivered' ? 2 : 3),
      parallel: 1 + of('parallel', 4),
      delay: of('delay', 250),
      isDuringRecovery: isSame && of('during recovery', 2) === 0,
    };
  });
}
