import { createHash } from 'node:crypto';
import type { LedgerKind } from '@tallystick/network/topology';
import {
  WITNESS_FAILPOINTS,
  type WitnessFailpoint,
} from '../../gateway/src/features/checkpoints/failpoint.js';
import { FAILPOINTS, type Failpoint } from '../../gateway/src/features/custody/failpoint.js';
import { PROJECTION_FAILPOINTS, type ProjectionFailpoint } from '../../gateway/src/projection/failpoint.js';
import type { StoreKind } from '../space/record.js';

/** A process of real Fabric, by what it does at the moment of the kill. */
export type FabricPlace = 'leader' | 'follower' | 'peer' | 'chaincode';

/** A named step of a gateway, between two durable ones. */
export type Step = Failpoint | ProjectionFailpoint | WitnessFailpoint;

/** Steps from a block to a signature under its checkpoint; what restores forged records is never reached where nobody forges. */
const FOLLOWING: readonly Step[] = [
  ...PROJECTION_FAILPOINTS,
  ...WITNESS_FAILPOINTS.filter((name) => name.startsWith('witness.')),
];
export const STEPS: readonly Step[] = [...FAILPOINTS, ...FOLLOWING];

/** Where a process dies: a gateway at a named step, and at any moment the embedded ledger, a part of Fabric, or a Kubo. */
export type Place = Step | 'node' | 'kubo' | FabricPlace;

/** One kill, wholly determined by the seed and its number. */
export interface Kill {
  readonly number: number;
  readonly place: Place;
  /** Name of a process: MSP id of the gateway, `node`, a peer. Of orderers the role alone: who has it shows when the time has come. */
  readonly victim: string;
  /** Which time the step is reached: 1 is the first. */
  readonly nth: number;
  /** Uses under way at a time. */
  readonly parallel: number;
  /** How long into the uses what is no gateway is killed, in milliseconds. */
  readonly delay: number;
  /** The victim comes back only to die at this kill's step: it dies in the middle of recovering from the one before. */
  readonly isDuringRecovery: boolean;
}

/** What the kills are carried out on. */
export interface Setting {
  readonly ledger: LedgerKind;
  readonly store: StoreKind;
}

const PROVIDER = 'SteelMSP';
const CONSUMER = 'ComponentMSP';
const REGULATOR = 'RegulatorMSP';

export const KILLS_A_ROUND = STEPS.length + 3;
const ON_EMBEDDED: readonly Place[] = ['node', 'node', 'node'];
const ON_FABRIC: readonly Place[] = [
  ...Array<Place>(3).fill('leader'),
  ...Array<Place>(2).fill('follower'),
  ...Array<Place>(3).fill('peer'),
  ...Array<Place>(2).fill('chaincode'),
];
const ON_KUBO: readonly Place[] = ['kubo', 'kubo', 'kubo'];

/** As many as the ledger takes: each use is three transactions, and a block takes what has come in a batch interval. */
const FULL_LOAD = 32;
/** Deliveries of keys and registrations are rare: more at a time would only queue up. */
const isRare = (place: Place): boolean => place.startsWith('register.') || place === 'custody.delivered';

/** A number below `below` for a purpose: the same for the same seed, whatever else was drawn. */
const draw = (seed: number, purpose: string, below: number): number =>
  createHash('sha256').update(`${seed}/${purpose}`).digest().readUInt32BE(0) % below;

function shuffled<T>(values: readonly T[], seed: number, purpose: string): T[] {
  const order = (index: number): number => draw(seed, `${purpose} ${index}`, 2 ** 32);
  return values
    .map((value, index) => ({ value, at: order(index) }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** The processes that a round kills whatever else it does. */
const backings = ({ ledger, store }: Setting): readonly Place[] => [
  ...(ledger === 'embedded' ? ON_EMBEDDED : ON_FABRIC),
  ...(store === 'kubo' ? ON_KUBO : []),
];

/** Each round in an order of its own. The steps of gateways follow each other from round to round, so that all get their turn. */
function roundOf(setting: Setting, seed: number, round: number): Place[] {
  const fixed = backings(setting);
  const steps = shuffled(STEPS, seed, 'step');
  const left = KILLS_A_ROUND - fixed.length;
  const turn = Array.from(
    { length: left },
    (_, i) => steps[(round * left + i) % steps.length] ?? 'custody.sent',
  );
  const isWhole = left === STEPS.length;
  return shuffled<Place>([...(isWhole ? STEPS : turn), ...fixed], seed, `round ${round} place`);
}

const ORGANISATIONS = [PROVIDER, CONSUMER, REGULATOR] as const;

function victimOf(place: Place, of: (what: string, below: number) => number): string {
  const anyOf = (mspIds: readonly string[]): string => mspIds[of('organisation', mspIds.length)] ?? PROVIDER;
  if (place === 'peer') return `peer0.${anyOf(ORGANISATIONS)}`;
  if (place === 'chaincode') return `chaincode.peer0.${anyOf(ORGANISATIONS)}`;
  if (place === 'kubo') return `kubo.${anyOf([PROVIDER, CONSUMER])}`;
  if (/^(?:register|custody)\./.test(place)) return PROVIDER;
  if (isFollowing(place)) return anyOf(ORGANISATIONS);
  return isStep(place) ? CONSUMER : place;
}

/** Whether it is a gateway that dies there. */
export const isStep = (place: Place): place is Step => (STEPS as readonly string[]).includes(place);

/** Whether every block brings a gateway there: also those that it has missed, before it serves anybody. */
export const isFollowing = (place: Place): boolean => (FOLLOWING as readonly string[]).includes(place);

function sizeOf(
  { ledger }: Setting,
  place: Place,
  of: (what: string, below: number) => number,
): Pick<Kill, 'parallel' | 'delay'> {
  const few = { parallel: 1 + of('parallel', 4), delay: of('delay', 250) };
  if (ledger === 'embedded' || isRare(place)) return few;
  return { parallel: FULL_LOAD, delay: 500 + of('delay', 2500) };
}

/**
 * The kills of a seed, in rounds: on the embedded ledger at every failpoint once and at the ledger three times; on
 * real Fabric every part of it, and at some of the failpoints; with Kubo that as well.
 */
export function planKills(
  count: number,
  seed: number,
  setting: Setting = { ledger: 'embedded', store: 'embedded' },
): Kill[] {
  const rounds = Math.ceil(count / KILLS_A_ROUND);
  const places = Array.from({ length: rounds }, (_, round) => roundOf(setting, seed, round)).flat();
  const of =
    (index: number) =>
    (what: string, below: number): number =>
      draw(seed, `kill ${index} ${what}`, below);
  const victims = places.map((place, index) => victimOf(place, of(index)));
  return places.slice(0, count).map((place, index) => {
    const victim = victims[index] ?? place;
    const isSame = isStep(place) && victims[index - 1] === victim;
    return {
      number: index + 1,
      place,
      victim,
      nth: 1 + of(index)('nth', place === 'custody.delivered' ? 2 : 3),
      ...sizeOf(setting, place, of(index)),
      isDuringRecovery: isSame && of(index)('during recovery', 2) === 0,
    };
  });
}
