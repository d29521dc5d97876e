import { instantOf, millisOf } from '@tallystick/chaincode/model';
import { rejectUnless } from '../rejection.js';
import type { TimeInterval } from '../verdict.js';
import type { Stamp } from './token.js';

/** An instant by the submitter's choice that peers compared with their own clocks when they signed, and whose peers. */
export interface ClockReading {
  /** RFC 3339 UTC with milliseconds. */
  readonly at: string;
  /** MSP ids. */
  readonly by: readonly string[];
}

export interface Witnesses {
  /** Tokens over the transaction's envelope. */
  readonly stamps: readonly Stamp[];
  /** When peers endorsed the transaction: it was not complete before. */
  readonly made: readonly ClockReading[];
  /** When peers answered that the transaction is on their ledger: it was complete by then. One reading of each organisation. */
  readonly seen: readonly ClockReading[];
  /** How many of `seen` it takes, so that one of them at least is honest. */
  readonly needed: number;
  /** Seconds by which a peer's clock, and what it lets pass, may differ from the true time (fabric:core.yaml, TimeWindowCheck). */
  readonly clockSkew: number;
}

interface Bound {
  readonly at: number;
  readonly by: readonly string[];
}

/**
 * Bounds of the time at which a transaction came to be. Each bound is the tightest that somebody signed for; who signed several equal
 * ones is named with it. Nothing is averaged. Peers that saw it bound it together: by the latest of the `needed` earliest readings, which
 * holds if one of these is true. The earliest alone would be any one liar's choice.
 */
export function interval({ stamps, made, seen, needed, clockSkew }: Witnesses): TimeInterval {
  const skew = clockSkew * 1000;
  const begins = made.map(({ at, by }) => ({ at: millisOf(at) - skew, by }));
  const ends = [
    ...stamps.map(({ at, accuracyMs, authority }) => ({ at: at + accuracyMs, by: [authority] })),
    ...together(seen, needed).map(({ at, by }) => ({ at: millisOf(at) + skew, by })),
  ];
  const notBefore = tightest(begins, Math.max);
  const notAfter = tightest(ends, Math.min);
  return { ...(notBefore && { notBefore }), ...(notAfter && { notAfter }) };
}

/** Refuses bounds that leave no time between them: somebody who signed for one of them is wrong. @throws Rejection INTERVAL_EMPTY */
export function assertNotEmpty({ notBefore, notAfter }: TimeInterval): void {
  if (notBefore === undefined || notAfter === undefined) return;
  rejectUnless(millisOf(notBefore.at) <= millisOf(notAfter.at), 'INTERVAL_EMPTY', {
    notBefore: notBefore.at,
    saysNotBefore: notBefore.by.join(' '),
    notAfter: notAfter.at,
    saysNotAfter: notAfter.by.join(' '),
  });
}

/** The bound that the earliest readings give together, and whose they are; none where they are too few. */
export function together(seen: readonly ClockReading[], needed: number): readonly ClockReading[] {
  const signed = seen.filter(({ by }) => by.length > 0);
  const first = signed.sort((one, other) => millisOf(one.at) - millisOf(other.at)).slice(0, needed);
  const last = first.at(-1);
  if (last === undefined || first.length < needed) return [];
  return [{ at: last.at, by: first.flatMap(({ by }) => by) }];
}

function tightest(
  bounds: readonly Bound[],
  choose: (...values: number[]) => number,
): { at: string; by: string[] } | undefined {
  const signed = bounds.filter(({ by }) => by.length > 0);
  if (signed.length === 0) return undefined;
  const at = choose(...signed.map((bound) => bound.at));
  const by = signed.filter((bound) => bound.at === at).flatMap((bound) => bound.by);
  return { at: instantOf(at), by: [...new Set(by)].sort() };
}
