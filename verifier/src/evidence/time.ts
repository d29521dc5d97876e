import { utf8ToBytes } from '@noble/hashes/utils.js';
import { encode, instantOf, millisOf, type CheckpointBody } from '@tallystick/chaincode/model';
import type { Checklist } from '../checklist.js';
import type { Subtle } from '../crypto/subtle.js';
import { evaluableIf, Rejection, rejectUnless } from '../rejection.js';
import {
  assertNotEmpty,
  interval,
  together,
  verifyToken,
  type ClockReading,
  type Stamp,
} from '../time/index.js';
import type { Trust } from '../trust/trust.js';
import type { CountedWitness, TimeInterval } from '../verdict.js';
import { parseCommittedPem } from '../x509/certificate.js';
import type { Evidenced, World } from './transactions.js';

/** The tokens of the file, over the body of the checkpoint. An authority that the trust file does not know proves nothing here. */
export async function checkTokens(
  tokens: readonly Uint8Array[],
  body: CheckpointBody | undefined,
  { trust, subtle }: { readonly trust: Trust; readonly subtle: Subtle },
  list: Checklist,
): Promise<readonly Stamp[]> {
  if (tokens.length === 0) list.notEvaluated('time.authorities', '', 'NOT_GIVEN');
  const stamps: Stamp[] = [];
  for (const [index, token] of tokens.entries()) {
    const stamp = await list.run('time.authorities', `token ${index}`, async () => {
      evaluableIf(body !== undefined, 'NOT_GIVEN', { what: 'a checkpoint' });
      const value = await verifyToken(token, utf8ToBytes(encode(body)), trust.timestampAuthorities, subtle);
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
  transactions: readonly Evidenced[],
  deciding: Evidenced | undefined,
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

export const readingsOf = (counted: readonly CountedWitness[]): ClockReading[] =>
  counted.map(({ signedAt, mspId }) => ({ at: signedAt, by: [mspId] }));

/** By when a checkpoint was there, if one of the `needed` earliest is honest; `undefined` where they are too few. */
export const seenBy = (counted: readonly CountedWitness[], needed: number): string | undefined =>
  together(readingsOf(counted), needed)[0]?.at;

/** The transaction that decided: the answer of a use, otherwise the one that wrote the subject last. */
export function decidingOf({ transactions, newest: { key, leaf } }: World): Evidenced | undefined {
  const answer = transactions.find((each) => each.name === 'usage:Answer' && each.writes.has(key));
  return answer ?? transactions.find(({ position }) => position === leaf);
}

/**
 * Between which times others place the transaction that decided. Not before: when the consumer signed the request that it answers. Not
 * after: what authorities stamped, and when as many witnesses as are needed had signed a checkpoint that has it. A submitter's own time that is later than these is
 * untrue: it fails where it decided, and is told of others, so that nobody's clock can spoil what somebody else did. Bounds that contradict
 * each other fail, too.
 */
export async function checkTime(
  world: World,
  transactions: readonly Evidenced[],
  clocks: Clocks,
  list: Checklist,
): Promise<TimeInterval> {
  const { stamps, counted, needed, clockSkew } = clocks;
  const deciding = decidingOf(world);
  const request = world.transactions.find(
    (each) => each.name === 'usage:Request' && each.writes.has(world.newest.key),
  );
  const isApart = request !== undefined && request.submitter.mspId !== deciding?.submitter.mspId;
  const bounds = interval({
    stamps,
    made: isApart ? [{ at: request.time, by: [request.submitter.mspId] }] : [],
    seen: readingsOf(counted),
    needed,
    clockSkew,
  });
  const isReal = areConsistent(bounds, deciding?.txId ?? world.newest.key, list);
  for (const each of transactions) {
    await list.run('time.bounds', each.txId, () => {
      const { notAfter } = bounds;
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
