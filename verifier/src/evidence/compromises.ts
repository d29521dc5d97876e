import {
  compromisesType,
  decodeRecord,
  digestOf,
  instantOf,
  keys,
  millisOf,
  recordEntry,
  type CheckpointBody,
  type Compromise,
  type ProvenMap,
} from '@tallystick/chaincode/model';
import { evaluableIf, Rejection, rejectUnless } from '../rejection.js';
import { readMap } from './newest.js';
import { proven } from './proofs.js';
import type { Evidence } from './reading.js';
import { assertRecord } from './record-kinds.js';
import type { Clocks } from './time.js';
import type { World } from './transactions.js';

/** Keys of an MSP that others may hold, as declared up to the height; `undefined` where the file does not show that. */
export type Declared = (mspId: string) => readonly Compromise[] | undefined;

const keysIn = (key: string, text: string): readonly Compromise[] => {
  assertRecord(key, text);
  return decodeRecord(compromisesType, text).keys;
};

/** As the map of a checkpoint shows it: a record with its text, or that there is none. What is wrong with the proof `subject.newest` says. */
export function declaredIn({ states }: Pick<Evidence, 'states'>, body: CheckpointBody | undefined): Declared {
  const map = unlessRejected(() => states && body && readMap(states, body));
  if (map === undefined || states === undefined) return () => undefined;
  return inEffect((mspId) => {
    const key = keys.compromises(mspId).text;
    return unlessRejected(() => {
      const digest = digestUnder(map, key);
      if (digest === null) return [];
      const text = states.texts.find((each) => each.key === key)?.text;
      return text !== undefined && digestOf(text) === digest ? keysIn(key, text) : undefined;
    });
  });
}

/** As a fold left it, which knows all there is. */
export const declaredAt = (current: World['current']): Declared =>
  inEffect((mspId) => {
    const key = keys.compromises(mspId).text;
    const text = current(key);
    return text === undefined ? [] : keysIn(key, text);
  });

/** More than there are declarations of declarants. By the rules they end: a key signs nothing once it is declared. */
const MAX_DEPTH = 16;

/**
 * Leaves out what was declared with a key that others may have held by then, as is declared of it in turn: whoever steals a key could
 * undo with it what everybody else has signed.
 */
function inEffect(declared: Declared): Declared {
  const known: Declared = (mspId) => {
    const all = declared(mspId);
    const stands = all?.map((each) => isMadeByOwner(each, 0));
    return stands?.includes(undefined) === true
      ? undefined
      : all?.filter((_, index) => stands?.[index] === true);
  };
  const isMadeByOwner = ({ mspId, by, signedBy, at }: Compromise, depth: number): boolean | undefined => {
    const all = declared(mspId);
    if (all === undefined || depth > MAX_DEPTH) return undefined;
    const about = all.filter((each) => each.participant === by && each.key === signedBy && each.from <= at);
    const stands = about.map((each) => isMadeByOwner(each, depth + 1));
    return stands.includes(undefined) ? undefined : !stands.includes(true);
  };
  return known;
}

/** `null` for nothing. @throws Rejection READ_NOT_EVIDENCED, MALFORMED */
function digestUnder(map: ProvenMap, key: string): string | null {
  const value = proven(() => map.get('record', key));
  if (value === undefined) return null;
  const entry = recordEntry.safeParse(value);
  rejectUnless(entry.success, 'MALFORMED', { key, what: 'an entry of the map' });
  return entry.data.text;
}

function unlessRejected<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return undefined;
  }
}

/**
 * That a witness's key counts: it has not been declared compromised by anybody of its organisation, or authorities stamped the checkpoint before the date.
 * Its own clock, and that of others who sign with it, say nothing of that.
 * @throws NotEvaluated PART_MISSING, KEY_COMPROMISED
 */
export function assertOwnKey(mspId: string, key: string, declared: Declared, stamps: Clocks['stamps']): void {
  const known = declared(mspId);
  evaluableIf(known !== undefined, 'PART_MISSING', { mspId, key: keys.compromises(mspId).text });
  const dates = known.filter((each) => each.key === key).map(({ from }) => millisOf(from));
  if (dates.length === 0) return;
  const from = Math.min(...dates);
  const isBefore = stamps.some(({ at, accuracyMs }) => at + accuracyMs < from);
  evaluableIf(isBefore, 'KEY_COMPROMISED', { mspId, key, from: instantOf(from) });
}
