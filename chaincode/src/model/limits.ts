import { utf8ToBytes } from '@noble/hashes/utils.js';
import { Refusal } from './errors.js';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/**
 * What one transaction may take, in bytes of UTF-8 unless another unit is named: the one table that gateways (413), the contract and every
 * replay refuse by. Its numbers hang together:
 *
 * - A peer hands the argument to the chaincode twice in one message (fabric:core/chaincode/chaincode_support.go: the input, and the signed
 *   proposal), and transient data once. `2 * argument + openings` stays below 4 MiB, which a gRPC server accepts that nobody configured.
 * - The envelope that is ordered holds argument, read keys, writes, events and result; `argument + effect`, and some 130 bytes for each of
 *   `keys`, stay below the 10 MB of BatchSize.AbsoluteMaxBytes.
 * - `records:Restore` carries the text of a record inside JSON, where each of its characters may take two: `2 * record` and a proof fit
 *   into `argument`.
 * - An answer of `records:Get` is one message of the chaincode, and one of the peer to a client that may never have been configured.
 */
export const LIMITS = {
  /** The argument, canonical JSON. */
  argument: 1536 * KIBIBYTE,
  /** Openings of sealed fields, canonical JSON in transient data. */
  openings: 512 * KIBIBYTE,
  /** One record. */
  record: 512 * KIBIBYTE,
  /** Records written, events and result together. */
  effect: 4 * MEBIBYTE,
  /** Distinct ledger keys that are read. */
  keys: 20_000,
  /** Records read. */
  reads: 32 * MEBIBYTE,
  /** Steps of judging uses (policy/evaluation/steps.ts), and policies, of all requests together: some 400 ms of an endorser. */
  judging: 1_200_000,
  /** What `records:Get` answers. */
  answer: 3 * MEBIBYTE,
  /** A document inside a record or request: a policy as it is offered, an agreement in ODRL, inputs of a valuation. */
  document: 256 * KIBIBYTE,
} as const;
export type Limit = keyof typeof LIMITS;

/** Bytes of a text in UTF-8. */
export const bytesOf = (text: string): number => utf8ToBytes(text).length;

/** Refuses with LIMIT_EXCEEDED, naming the limit, what it admits, and what was found. */
export function refuseBeyond(limit: Limit, found: number): void {
  const most = LIMITS[limit];
  if (found > most) throw new Refusal('LIMIT_EXCEEDED', { limit, most, found });
}

/** Adds up one quantity of a transaction. Refuses with LIMIT_EXCEEDED as soon as it is too much. */
export class Allowance {
  readonly #limit: Limit;
  #spent = 0;

  constructor(limit: Limit) {
    this.#limit = limit;
  }

  spend(amount: number): void {
    this.#spent += amount;
    refuseBeyond(this.#limit, this.#spent);
  }
}
