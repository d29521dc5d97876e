import {
  compromisesType,
  digestOf,
  instantOf,
  keys,
  millisOf,
  recordEntry,
  type CheckpointBody,
  type Compromise,
  type ProvenMap,
} from '@tallystick/chaincode/model';
import type { Checklist } from '../checklist.js';
import { evaluableIf, Rejection, rejectUnless, type Facts } from '../rejection.js';
import { interval } from '../time/index.js';
import type { TimeInterval } from '../verdict.js';
import type { Earlier } from './earlier.js';
import { readMap } from './newest.js';
import { proven } from './proofs.js';
import type { Evidence } from './reading.js';
import { assertRecord, recordIn } from './record-kinds.js';
import { readingsOf, type Clocks } from './time.js';
import type { Evidenced, World } from './transactions.js';

/** Keys of an MSP that others may hold, as declared up to the height; `undefined` where the file does not show that. */
export type Declared = (mspId: string) => readonly Compromise[] | undefined;

const keysIn = (key: string, text: string): readonly Compromise[] => {
  assertRecord(key, text);
  return recordIn(compromisesType, text).keys;
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

/** What is known of keys and of times. */
export interface Known {
  readonly declared: Declared;
  readonly clocks: Clocks;
  readonly earlier: readonly Earlier[];
}

/**
 * Every key that signed one of these transactions: nobody has declared it compromised, or what it signed was there before the date that is
 * declared. A date that nobody independent decides about leaves the step open.
 */
export async function checkKeys(
  transactions: readonly Evidenced[],
  known: Known,
  list: Checklist,
): Promise<void> {
  const { declared } = known;
  for (const signed of byKey(transactions)) {
    const { mspId, participant, keyDigest } = signed[0].caller;
    await list.run('signers.keys', keyDigest, () => {
      const found = declared(mspId);
      const facts = { mspId, participant };
      evaluableIf(found !== undefined, 'PART_MISSING', { ...facts, key: keys.compromises(mspId).text });
      const own = found.find((each) => each.participant === participant && each.key === keyDigest);
      if (own === undefined) return { value: true, facts };
      const others = transactions.filter(({ caller }) => !isDeclared(caller, declared));
      return { value: true, facts: { ...facts, ...assertBefore(own, signed, others, known) } };
    });
  }
}

type Signed = readonly [Evidenced, ...Evidenced[]];

function byKey(transactions: readonly Evidenced[]): Iterable<Signed> {
  const groups = new Map<string, [Evidenced, ...Evidenced[]]>();
  for (const each of transactions) {
    const name = `${each.caller.participant} ${each.caller.keyDigest}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [each]);
    else group.push(each);
  }
  return groups.values();
}

const isDeclared = ({ mspId, participant, keyDigest }: Evidenced['caller'], declared: Declared): boolean =>
  declared(mspId)?.some((each) => each.participant === participant && each.key === keyDigest) !== false;

/** @throws Rejection KEY_COMPROMISED; NotEvaluated COMPROMISE_UNDECIDED */
function assertBefore(
  { from, by, at, reason }: Compromise,
  signed: Signed,
  others: readonly Evidenced[],
  known: Known,
): Facts {
  const bounds = signed.map((each) => ({ txId: each.txId, ...boundsOf(each, others, known) }));
  const said = { from, declaredBy: by, declaredAt: at, declared: reason };
  const factsOf = ({ txId, notBefore, notAfter }: (typeof bounds)[number]): Facts => ({
    txId,
    ...said,
    ...(notBefore && { notBefore: notBefore.at, notBeforeBy: notBefore.by.join(' ') }),
    ...(notAfter && { notAfter: notAfter.at, notAfterBy: notAfter.by.join(' ') }),
  });
  const isBefore = ({ notAfter }: TimeInterval): boolean => notAfter !== undefined && notAfter.at < from;
  const open = bounds.filter((each) => !isBefore(each));
  const later = open.find(({ notBefore }) => notBefore !== undefined && notBefore.at >= from);
  if (later) throw new Rejection('KEY_COMPROMISED', factsOf(later));
  evaluableIf(open.length === 0, 'COMPROMISE_UNDECIDED', open[0] && factsOf(open[0]));
  const last = bounds.reduce((one, each) =>
    (one.notAfter?.at ?? '') < (each.notAfter?.at ?? '') ? each : one,
  );
  return factsOf(last);
}

/**
 * When a transaction was signed. Not after: by authorities, and by witnesses of other organisations than the key's own, since whoever took
 * one key may have taken that of the witness. Not before: its own stated time, which nobody without the key can have written there; and
 * that of a transaction of others whose making it names, whatever time it states itself.
 */
function boundsOf(signed: Evidenced, others: readonly Evidenced[], { clocks, earlier }: Known): TimeInterval {
  const { needed, clockSkew } = clocks;
  const { mspId } = signed.caller;
  const named = others.filter((each) => each.caller.mspId !== mspId && isNamed(each, signed));
  const made = [signed, ...named].map(({ time, caller }) => ({ at: time, by: [caller.mspId] }));
  const { notBefore } = interval({ stamps: [], made, seen: [], needed, clockSkew });
  const under = [clocks, ...earlier.filter(({ positions }) => positions.has(signed.position))];
  const ends = under.flatMap(({ stamps, counted }) => {
    const seen = readingsOf(counted.filter((witness) => witness.mspId !== mspId));
    return interval({ stamps, made: [], seen, needed, clockSkew }).notAfter ?? [];
  });
  const [notAfter] = ends.sort((one, other) => (one.at < other.at ? -1 : 1));
  return { ...(notBefore && { notBefore }), ...(notAfter && { notAfter }) };
}

/** Calls that make the records of which others then give the ids: an id is a hash over the request that makes it. */
const MAKING: ReadonlySet<string> = new Set([
  'usage:Request',
  'grants:Offer',
  'grants:Request',
  'grants:Sublicense',
  'datasets:Register',
  'claims:Assert',
]);

function isNamed({ name, position, writes }: Evidenced, later: Evidenced): boolean {
  if (!MAKING.has(name) || position >= later.position) return false;
  const made = [...writes.keys()].filter((key) => /^(?:usage|grant|claim|dataset|version)\//.test(key));
  return made.some((key) => later.argument.includes(key.slice(key.indexOf('/') + 1)));
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
