import {
  decodeRecord,
  decodeRefusal,
  descriptors,
  encode,
  keys,
  leaseType,
  millisOf,
  type Instant,
  type Lease,
  type Usage,
} from '@tallystick/chaincode/model';
import { LedgerError, LedgerRefusal } from '../../ledger/port-errors.js';
import { submitWithRetry } from '../../ledger/port-retry.js';
import type { Ledger } from '../../ledger/port.js';
import type { Projection } from '../../projection/port.js';
import { CustodyError } from './errors.js';
import { recordAt } from './projected.js';
import { signerFor, type Signers } from './signers.js';

/**
 * Leases on the consumer's side. Nothing renews in the background: a lease that nobody opens under ends, and costs the ledger
 * nothing. This is the honest gateway's part; what a changed one can do is said in OPERATIONS.md, "What still leaks".
 */
export interface Leasing {
  readonly ledger: Ledger;
  readonly projection: Projection;
  readonly signers: Signers;
  /** Our own clock. */
  readonly now: () => Instant;
}

/** The window a use may be opened in. */
interface Window {
  /** Number of the lease, 0 for that of the answer itself. */
  readonly number: number;
  readonly until: Instant;
}

type Decided = Pick<Lease, 'outcome' | 'code' | 'until' | 'number'>;

/** Renewed when less than this is left, or a fifth of the lease where that is shorter. */
const MARGIN_MS = 30_000;
const PART = 5;

/**
 * Until when plaintext may be served, after a renewal where the lease has ended or is about to; `undefined` for a use without
 * leases. @throws CustodyError LEASE_ENDED, DENIED
 */
export async function leaseOf(
  leasing: Leasing,
  usage: Usage,
  identity: string,
): Promise<Instant | undefined> {
  const first = usage.answer?.leaseUntil;
  if (first === undefined) return undefined;
  const window = windowOf(await latestLease(leasing, usage), { number: 0, until: first });
  if (millisOf(window.until) - millisOf(leasing.now()) > (await marginOf(leasing, usage)))
    return window.until;
  return renewed(leasing, usage, window, identity);
}

async function marginOf({ projection }: Leasing, { grant }: Usage): Promise<number> {
  const lease = (await recordAt(projection, keys.grant(grant)))?.terms.lease;
  return lease === undefined ? 0 : Math.min(MARGIN_MS, (lease * 1000) / PART);
}

/** The last lease there is. They are taken in order, so doubling and halving finds it. */
async function latestLease({ projection }: Leasing, { id }: Usage): Promise<Lease | undefined> {
  const at = (number: number): Promise<Lease | undefined> => recordAt(projection, keys.lease(id, number));
  let high = 1;
  while ((await at(high)) !== undefined) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if ((await at(middle)) === undefined) high = middle;
    else low = middle;
  }
  return low === 0 ? undefined : at(low);
}

/** The window a lease opens; a denied one is the last, whatever is left of the window before it. */
function windowOf(lease: Decided | undefined, otherwise: Window): Window {
  if (lease === undefined) return otherwise;
  const { outcome, code, number, until } = lease;
  if (outcome === 'ALLOWED' && until !== undefined) return { number, until };
  throw new CustodyError('DENIED', 'The lease was not renewed', { details: { code, lease: number } });
}

async function renewed(leasing: Leasing, usage: Usage, window: Window, identity: string): Promise<Instant> {
  try {
    const lease = await renew(leasing, usage, window.number + 1, identity);
    return windowOf(lease, window).until;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    // The window that is left stands on its own; the next opening asks again.
    if (leasing.now() < window.until) return window.until;
    throw leaseEnded(window.until, reasonOf(error), error);
  }
}

async function renew(
  { ledger, projection, signers }: Leasing,
  { id: usageId, component }: Usage,
  number: number,
  preferred: string,
): Promise<Decided> {
  const { Renew } = descriptors.usage;
  const identity = signerFor(signers, await recordAt(projection, keys.component(component)), preferred);
  const argument = encode({ usageId, component, number });
  try {
    const { result } = await submitWithRetry(ledger, { identity, transaction: Renew.name, argument });
    return Renew.response.parse(JSON.parse(result));
  } catch (error) {
    // Somebody else of our organisation was faster, or our projection is behind.
    const text = isOutOfOrder(error) && (await ledger.read(identity, keys.lease(usageId, number).text));
    if (typeof text !== 'string') throw error;
    return decodeRecord(leaseType, text);
  }
}

const refusalIn = (error: unknown): string | undefined =>
  error instanceof LedgerRefusal ? decodeRefusal(error.refusal)?.code : undefined;

const isOutOfOrder = (error: unknown): boolean => refusalIn(error) === 'LEASE_OUT_OF_ORDER';

const reasonOf = (error: LedgerError): string => refusalIn(error) ?? error.code;

const leaseEnded = (until: Instant, reason: string, cause?: Error): CustodyError =>
  new CustodyError('LEASE_ENDED', `The lease ended at ${until}`, { details: { until, reason }, cause });

/** The longest delay that timers take. */
const LONGEST_TIMER = 2_147_483_647;

/** Says when what is served has to end: with its lease, or when the use is forgotten. */
export class Serving {
  readonly #ending = new AbortController();
  readonly #until: Instant | undefined;
  readonly #now: () => Instant;
  #timer: NodeJS.Timeout | undefined;

  constructor(until: Instant | undefined, now: () => Instant) {
    this.#until = until;
    this.#now = now;
    this.#arm();
  }

  /** Aborted when it has to end, also while nobody reads; its reason is a CustodyError. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Throws the reason once it has to end. */
  check(): void {
    if (this.#until !== undefined && this.#now() >= this.#until) {
      this.end(leaseEnded(this.#until, 'ENDED_WHILE_SERVED'));
    }
    this.#ending.signal.throwIfAborted();
  }

  end(reason: CustodyError): void {
    this.#ending.abort(reason);
  }

  /** Nothing is served any more. */
  clear(): void {
    clearTimeout(this.#timer);
  }

  #arm(): void {
    if (this.#until === undefined) return;
    const left = Math.max(0, millisOf(this.#until) - millisOf(this.#now()));
    this.#timer = setTimeout(() => this.#look(), Math.min(left, LONGEST_TIMER));
    this.#timer.unref();
  }

  #look(): void {
    try {
      this.check();
      this.#arm();
    } catch {
      // Told by the signal.
    }
  }
}
