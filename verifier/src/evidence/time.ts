import { utf8ToBytes } from '@noble/hashes/utils.js';
import { encode, instantOf, millisOf, type CheckpointBody } from '@tallystick/chaincode/model';
import type { Checklist } from '../checklist.js';
import type { Subtle } from '../crypto/subtle.js';
import { evaluableIf, Rejection, rejectUnless } from '../rejection.js';
import {
  assertNotEmpty,
  interval,
  Patience,
  together,
  verifyToken,
  type ClockReading,
  type Stamp,
} from '../time/index.js';
import type { Trust } from '../trust/trust.js';
import type { CountedWitness, TimeInterval } from '../verdict.js';
import { parseCommittedPem } from '../x509/certificate.js';
import type { EvidencedTransaction, World } from './transactions.js';

/** What tokens are judged by; the patience is that for all of one file. */
interface Judging {
  readonly trust: Trust;
  readonly subtle: Subtle;
  readonly patience: Patience;
}

/** The tokens of the file, over the body of the checkpoint. An authority that the trust file does not know proves nothing here. */
export async function checkTokens(
  tokens: readonly Uint8Array[],
  body: CheckpointBody | undefined,
  { trust, subtle, patience }: Judging,
  list: Checklist,
): Promise<readonly Stamp[]> {
  if (tokens.length === 0) list.notEvaluated('time.authorities', '', 'NOT_GIVEN');
  const stamps: Stamp[] = [];
  for (const [index, token] of tokens.entries()) {
    const stamp = await list.run('time.authorities', `token ${index}`, async () => {
      evaluableIf(body !== undefined, 'NOT_GIVEN', { what: 'a checkpoint' });
      const message = utf8ToBytes(encode(body));
      const value = await verifyToken(token, message, trust.timestampAuthorities, subtle, patience);
      return { value, facts: { at: instantOf(value.at), authority: value.authority } };
    });
    if (stamp) stamps.push(stamp);
  }
  return stamps;
}

/**
 * Certificates of creators at the time that their transactions state: Fabric checks only the end of a certificate, and only when a
 * transaction is submitted. One outside its period fails where it decided, and is told of others, so that nobody's authority can spoil
 * what somebody else did.
 */
export async function checkCertificates(
  transactions: readonly EvidencedTransaction[],
  deciding: EvidencedTransaction | undefined,
  list: Checklist,
): Promise<void> {
  for (const each of transactions) {
    const { txId, time, submitter } = each;
    await list.run('time.certificates', txId, () => {
      const { mspId } = submitter;
      const { notBefore, notAfter, fingerprint } = parseCommittedPem(utf8ToBytes(submitter.certificate));
      const at = millisOf(time);
      const isWithin = notBefore <= at && at <= notAfter;
      const facts = { mspId, at: time, fingerprint };
      if (each === deciding) rejectUnless(isWithin, 'EXPIRED', facts);
      evaluableIf(isWithin, 'EXPIRED', facts);
      return { value: true, facts: { at: time, mspId } };
    });
  }
}

/** What says when a checkpoint was there. */
export interface Clocks {
  readonly stamps: readonly Stamp[];
  readonly counted: readonly CountedWitness[];
  /** How many of the counted it takes, so that one of them at least is honest. */
  readonly needed: number;
  /** Seconds by which clocks may differ from the true time. */
  readonly clockSkew: number;
}

/** An earlier checkpoint than the one that all else rests on, and what was there by then. */
export interface Earlier extends Pick<Clocks, 'stamps' | 'counted'> {
  /** Places in the log. */
  readonly positions: ReadonlySet<number>;
}

/** All that a file has to say when something was there. */
export interface Seen {
  readonly clocks: Clocks;
  readonly earlier: readonly Earlier[];
}

export const readingsOf = (counted: readonly CountedWitness[]): ClockReading[] =>
  counted.map(({ signedAt, mspId }) => ({ at: signedAt, by: [mspId] }));

/** By when a checkpoint was there, if one of the `needed` earliest is honest; `undefined` where they are too few. */
export const seenBy = (counted: readonly CountedWitness[], needed: number): string | undefined =>
  together(readingsOf(counted), needed)[0]?.at;

/** By when a transaction was there: the tightest bound of the checkpoint, and of those earlier ones that it is under. */
export function notAfterOf(
  { position }: Pick<EvidencedTransaction, 'position'>,
  { clocks, earlier }: Seen,
  isIndependent: (witness: CountedWitness) => boolean = () => true,
): TimeInterval['notAfter'] {
  const { needed, clockSkew } = clocks;
  const under = [clocks, ...earlier.filter(({ positions }) => positions.has(position))];
  const ends = under.flatMap(({ stamps, counted }) => {
    const seen = readingsOf(counted.filter(isIndependent));
    return interval({ stamps, made: [], seen, needed, clockSkew }).notAfter ?? [];
  });
  return ends.sort((one, other) => (one.at < other.at ? -1 : 1))[0];
}

/** The transaction that decided: the answer of a use, otherwise the one that wrote the subject last. */
export function decidingOf({ transactions, newest: { key, leaf } }: World): EvidencedTransaction | undefined {
  const answer = transactions.find((each) => each.name === 'usage:Answer' && each.writes.has(key));
  return answer ?? transactions.find(({ position }) => position === leaf);
}

/** A place that is under no earlier checkpoint. */
const NOWHERE = { position: -1 };

/**
 * Between which times others place the transaction that decided. Not before: when the consumer signed the request that it answers. Not
 * after: what authorities stamped, and when as many witnesses as are needed had signed a checkpoint that has it. A submitter's own time that is later than these is
 * untrue: it fails where it decided, and is told of others, so that nobody's clock can spoil what somebody else did. Bounds that contradict
 * each other fail, too.
 */
export async function checkTime(
  world: World,
  transactions: readonly EvidencedTransaction[],
  seen: Seen,
  list: Checklist,
): Promise<TimeInterval> {
  const deciding = decidingOf(world);
  const request = world.transactions.find(
    (each) => each.name === 'usage:Request' && each.writes.has(world.newest.key),
  );
  const apart = request?.submitter.mspId === deciding?.submitter.mspId ? undefined : request;
  const notBefore = apart && notBeforeBy([apart], seen);
  const notAfter = notAfterOf(deciding ?? NOWHERE, seen);
  const bounds = { ...(notBefore && { notBefore }), ...(notAfter && { notAfter }) };
  const isReal = [deciding, apart].every((each) => {
    const end = notAfterOf(each ?? NOWHERE, seen);
    const own = { ...(notBefore && { notBefore }), ...(end && { notAfter: end }) };
    return areConsistent(own, deciding?.txId ?? world.newest.key, list);
  });
  for (const each of transactions) {
    await list.run('time.bounds', each.txId, () => {
      const notAfter = notAfterOf(each, seen);
      evaluableIf(notAfter !== undefined, 'NOT_GIVEN');
      const facts = { at: each.time, notAfter: notAfter.at, by: notAfter.by.join(' ') };
      const isWithin = millisOf(each.time) <= millisOf(notAfter.at);
      if (each === deciding) rejectUnless(isWithin, 'TIME_OUTSIDE', facts);
      evaluableIf(isWithin, 'TIME_OUTSIDE', facts);
      return { value: true, facts };
    });
  }
  return isReal ? bounds : {};
}

/** When transactions were not there yet: the latest of the times that they state, less what clocks may differ by. */
export function notBeforeBy(
  made: readonly EvidencedTransaction[],
  { clocks: { needed, clockSkew } }: Pick<Seen, 'clocks'>,
): TimeInterval['notBefore'] {
  const readings = made.map(({ time, submitter }) => ({ at: time, by: [submitter.mspId] }));
  return interval({ stamps: [], made: readings, seen: [], needed, clockSkew }).notBefore;
}

/** Whether bounds leave a time between them. Where they do not, it fails, and no bound is shown as if it held. */
export function areConsistent(bounds: TimeInterval, subject: string, list: Checklist): boolean {
  try {
    assertNotEmpty(bounds);
    return true;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    list.fail('time.bounds', subject, error);
    return false;
  }
}
