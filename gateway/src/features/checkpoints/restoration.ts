import { setTimeout as pause } from 'node:timers/promises';
import {
  descriptors,
  digestOf,
  encode,
  keys,
  type MapProof,
  type RecordEntry,
  type RequestOf,
  type Witnessing,
} from '@tallystick/chaincode/model';
import type { Logger } from 'pino';
import { Pulse } from '../../workers/pulse.js';
import { runs, type Worker } from '../../workers/worker.js';
import { Retries } from '../../workers/retries.js';
import { submitWithRetry } from '../../ledger/port-retry.js';
import type { Ledger } from '../../ledger/port.js';
import type { FollowedProjection, StandingKey } from '../../projection/port.js';
import type { WitnessFailpoints } from './failpoint.js';
import type { Checkpoints } from './port.js';
import { pointOfCertificate } from './register.js';

export interface RestorationParts {
  readonly ledger: Ledger;
  readonly projection: Pick<
    FollowedProjection,
    'standing' | 'divergingAmong' | 'mapProof' | 'body' | 'record' | 'height' | 'onBlock'
  >;
  readonly checkpoints: Pick<Checkpoints, 'commonHeight' | 'witnessed'>;
  /** Identity that proposes, by its name in this gateway. */
  readonly identity: string;
  readonly failpoints: WitnessFailpoints;
  readonly log: Logger;
  /** Milliseconds before the second attempt; doubled with each. */
  readonly base?: number;
  /** Milliseconds up to which a gateway waits at random, so that not all propose at once. */
  readonly jitter?: number;
}

/** Argument of `records:Restore`. */
type RestoreRequest = RequestOf<typeof descriptors.records.Restore>;

const BASE_MS = 2000;
const JITTER_MS = 3000;
/** Failures in a row after which an operator has to look. */
const MOST_ATTEMPTS = 40;
/** Keys of one pass: a majority can write as many as it likes. */
const AT_A_TIME = 32;
/** Signatures that the contract takes. */
const MOST_WITNESSES = 50;

/**
 * Brings back on Fabric what the rules wrote, wherever something else stands there, as soon as enough witnesses have signed a map that
 * shows it. Everything it knows follows from projection and checkpoints, so that it can die anywhere and begin again.
 */
export class Restorations implements Worker {
  readonly name = 'restorations';
  readonly #parts: RestorationParts;
  readonly #retries: Retries;
  readonly #pulse: Pulse;
  readonly #abort = new AbortController();
  #unsubscribe: () => void = () => undefined;

  constructor(parts: RestorationParts) {
    this.#parts = parts;
    this.#retries = new Retries(parts.base ?? BASE_MS);
    this.#pulse = new Pulse({
      pass: () => this.#pass(),
      failed: (err) => {
        if (!this.#abort.signal.aborted) parts.log.error({ err }, 'restoring was given up for now');
        this.#retries.failed('pass');
      },
      untilNext: () => this.#retries.untilNext(),
    });
  }

  start(): void {
    this.#unsubscribe = this.#parts.projection.onBlock(() => this.#pulse.wake());
    this.#pulse.start();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#abort.abort();
    await this.#pulse.stop();
  }

  health(): string | undefined {
    return runs(this.name, this.#pulse.isRunning);
  }

  /** Resolves after a pass that left nothing standing. */
  idle(): Promise<void> {
    return this.#pulse.idle();
  }

  async #pass(): Promise<boolean> {
    const standing = await this.#parts.projection.standing();
    this.#retries.retain(new Set(standing.map(({ key }) => key)));
    const due = standing.filter(({ key }) => this.#retries.takeUp(key)).slice(0, AT_A_TIME);
    if (due.length > 0) await this.#restoreAll(due);
    return standing.length === 0;
  }

  async #restoreAll(due: readonly StandingKey[]): Promise<void> {
    const { jitter = JITTER_MS } = this.#parts;
    await pause(Math.random() * jitter, undefined, { signal: this.#abort.signal });
    for (const each of due) {
      this.#abort.signal.throwIfAborted();
      if (await this.#restore(each)) continue;
      if (this.#retries.failed(each.key) !== MOST_ATTEMPTS) continue;
      this.#parts.log.error(
        { key: each.key },
        'a record could not be restored for long: an operator has to look',
      );
    }
  }

  /** True when nothing of it is left to do here: proposed, or restored by somebody else meanwhile. */
  async #restore(standing: StandingKey): Promise<boolean> {
    const { ledger, projection, identity, failpoints, log } = this.#parts;
    const { key } = standing;
    if ((await projection.divergingAmong([key])).length === 0) return true;
    try {
      const request = await this.#requestFor(standing);
      if (request === undefined) return false;
      await failpoints.reach('restoration.proven');
      const argument = encode(request);
      const submission = { identity, transaction: 'records:Restore', argument };
      const { txId } = await submitWithRetry(ledger, submission, { signal: this.#abort.signal });
      await failpoints.reach('restoration.submitted');
      log.warn({ key, txId, height: request.checkpoint.height }, 'a record is as the rules wrote it again');
      return true;
    } catch (err) {
      const isStill = (await projection.divergingAmong([key])).length > 0;
      if (isStill) log.warn({ err, key }, 'a record could not be restored yet');
      return !isStill;
    }
  }

  /** What the contract wants to see; `undefined` while too few witnesses have signed a map that shows it. */
  async #requestFor({ key, standing, text }: StandingKey): Promise<RestoreRequest | undefined> {
    const { projection, checkpoints } = this.#parts;
    const named = await this.#named();
    const height = await checkpoints.commonHeight(named.needed, Number(await projection.height()));
    const checkpoint = height === undefined ? undefined : await projection.body(height);
    if (height === undefined || checkpoint === undefined) return undefined;
    const proof = await projection.mapProof(height, [{ space: 'record', key }]);
    if (!isShown(proof, key, standing, text)) return undefined;
    const witnesses = signaturesOf(await checkpoints.witnessed(height));
    const counted = witnesses.filter((each) => named.points?.has(each.key) ?? true);
    if (counted.length < named.needed) return undefined;
    // Those that count come first; others may count for peers that have witnesses of their own pinned.
    const all = [...new Set([...counted, ...witnesses])].slice(0, MOST_WITNESSES);
    return { key, text, checkpoint, witnesses: all, proof };
  }

  /**
   * Whom the space names. Where it names nobody, the peers' own configuration may: whoever has signed is shown, and the contract judges.
   */
  async #named(): Promise<{ readonly points: ReadonlySet<string> | undefined; readonly needed: number }> {
    const record = await this.#parts.projection.record(keys.space());
    const restoration = record?.value.restoration;
    if (restoration === undefined) return { points: undefined, needed: 1 };
    return { points: new Set(restoration.witnesses.map(({ key }) => key)), needed: restoration.needed };
  }
}

/** Whether the map of that height shows this very divergence: it may have come later, or be another by now. */
function isShown({ leaves }: MapProof, key: string, standing: string | null, text: string | null): boolean {
  const leaf = leaves.find((each) => each.space === 'record' && each.key === key);
  const entry = leaf?.value as RecordEntry | undefined;
  const wanted = text === null ? null : digestOf(text);
  return entry !== undefined && entry.standing === standing && entry.text === wanted;
}

/** One signature of each key that the contract can check: P-256. */
function signaturesOf(witnessings: readonly Witnessing[]): RestoreRequest['witnesses'] {
  const byPoint = new Map<string, RestoreRequest['witnesses'][number]>();
  for (const { certificate, statement, signature } of witnessings) {
    const key = pointOfCertificate(certificate);
    if (key !== undefined) byPoint.set(key, { key, statement, signature });
  }
  return [...byPoint.values()];
}
