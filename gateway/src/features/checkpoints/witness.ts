import { bodyDigest, type CheckpointBody, type Digest } from '@tallystick/chaincode/model';
import type { Logger } from 'pino';
import { Pulse } from '../../workers/pulse.js';
import { runs, type Worker } from '../../workers/worker.js';
import type { FollowedProjection } from '../../projection/port.js';
import type { CheckpointArchive, Signed } from './stores/port.js';
import type { WitnessFailpoints } from './failpoint.js';
import { signBody, type Signer } from './signing.js';
import { Spans, type Span } from './spans.js';

export interface WitnessParts {
  readonly projection: Pick<FollowedProjection, 'height' | 'body' | 'onBlock'>;
  readonly archive: CheckpointArchive;
  /** Absent: heights are compared with what was signed before, and nothing is signed. */
  readonly signer: Signer | undefined;
  /** Whether too many blocks are still to come: signing each of them now would only hold up the follower. */
  readonly isBehind: () => Promise<boolean>;
  readonly failpoints: WitnessFailpoints;
  readonly log: Logger;
  /** How many of the newest heights are signed when they were not signed as they came. */
  readonly backlog?: number;
  /** How many of the newest heights are kept, whether anything names them or not. */
  readonly kept?: number;
}

/** As long as the trees of a height stay readable: an older one could prove nothing that a newer cannot. */
const BACKLOG = 1000;
const KEPT = 10_000;
/** The projection lets go of bodies in its own time; what it still has that far below is what it keeps for good. */
const SLACK = 1000;
/** Signatures of one commit; some milliseconds. */
const BATCH = 64;
/** Heights compared at a time where nothing is signed. */
const STEP = 512;
/** More than that waiting means that the follower is catching up. */
const CALM = 100;
const REST_MS = 1000;
/** Milliseconds between two passes that sign: under load one signs what has come by then, with one flush. */
const APART_MS = 50;
/** Heights between two sweeps, and heights of one sweep. */
const SWEEP = 500;

/**
 * Signs the body of every height once, durable before it can be served. What it signed binds it for good: where the fold gives another
 * body later, after a rebuild or with other software, the height is retracted and an alarm raised.
 */
export class Witness implements Worker {
  readonly name = 'witness';
  readonly #parts: WitnessParts;
  readonly #spans = new Spans();
  readonly #pulse: Pulse;
  #resting = 0;
  #signedAt = Number.NEGATIVE_INFINITY;
  #newest = -1;
  #sweptAt = 0;
  #unsubscribe: () => void = () => undefined;

  constructor(parts: WitnessParts) {
    this.#parts = parts;
    this.#pulse = new Pulse({
      pass: () => this.#pass(),
      failed: (err) => {
        parts.log.error({ err }, 'checkpoints could not be signed; trying again');
        this.#resting = REST_MS;
      },
      untilNext: () => (this.#spans.isEmpty ? undefined : this.#resting),
    });
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#parts.projection.onBlock((number) => this.#see(Number(number)));
    this.#newest = Number(await this.#parts.projection.height());
    this.#spans.add({ from: 0, to: this.#newest });
    this.#pulse.start();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await this.#pulse.stop();
  }

  health(): string | undefined {
    return runs(this.name, this.#pulse.isRunning);
  }

  /** Resolves when every height there is has been looked at. */
  idle(): Promise<void> {
    return this.#pulse.idle();
  }

  /** Signs a kept body that nobody asked for when it was new. @returns what is signed; `undefined` when that height cannot be */
  async signNow(body: CheckpointBody): Promise<Signed | undefined> {
    const { signer, archive } = this.#parts;
    if (signer === undefined) return undefined;
    await this.#sign([body], signer);
    return archive.signed(body.height, signer.key);
  }

  /** Retracts a height when the fold gives another body than was signed. */
  async retract(height: number, found: CheckpointBody): Promise<void> {
    if (!(await this.#parts.archive.retract(height, found))) return;
    this.#parts.log.fatal(
      { height, found: bodyDigest(found) },
      'another body than was signed for this height: it is retracted, and never served again',
    );
  }

  #see(number: number): void {
    this.#newest = number;
    this.#spans.add({ from: number, to: number });
    if (this.#pulse.isRunning) this.#pulse.wake();
  }

  async #pass(): Promise<boolean> {
    if (this.#spans.isEmpty) return true;
    if (this.#spans.size > CALM && (await this.#parts.isBehind())) {
      this.#resting = REST_MS;
      return false;
    }
    this.#resting = Math.max(0, this.#signedAt + APART_MS - performance.now());
    if (this.#resting > 0 && this.#spans.size < BATCH) return false;
    this.#resting = 0;
    const span = this.#spans.take(this.#isRecent(this.#spans.newest) ? BATCH : STEP);
    if (span === undefined) return true;
    try {
      await this.#look(span);
    } catch (error) {
      this.#spans.add(span);
      throw error;
    }
    await this.#sweepNowAndThen();
    return this.#spans.isEmpty;
  }

  #isRecent(height: number): boolean {
    return height > this.#newest - (this.#parts.backlog ?? BACKLOG);
  }

  async #look(span: Span): Promise<void> {
    const { archive, signer, failpoints } = this.#parts;
    const before = await archive.signedBetween(span.from, span.to);
    const signedHere = new Map(before.map(({ height, body }) => [height, body]));
    const missing = new Set(signer === undefined ? [] : await this.#missing(span, signer.key));
    const unsigned: CheckpointBody[] = [];
    for (const height of [...new Set([...missing, ...signedHere.keys()])].sort((a, b) => b - a)) {
      const body = await this.#parts.projection.body(height);
      if (body === undefined) continue;
      const signed = signedHere.get(height);
      if (signed !== undefined && signed !== bodyDigest(body)) await this.retract(height, body);
      else if (missing.has(height)) unsigned.push(body);
    }
    if (signer === undefined || unsigned.length === 0) return;
    await failpoints.reach('witness.body-read');
    await this.#sign(unsigned, signer);
  }

  /** Recent heights that this key has not signed. */
  async #missing({ from, to }: Span, key: Digest): Promise<readonly number[]> {
    const lowest = Math.max(from, this.#newest - (this.#parts.backlog ?? BACKLOG) + 1);
    const signed = new Set(await this.#parts.archive.signedByKey(key, lowest, to));
    const recent = Array.from({ length: Math.max(0, to - lowest + 1) }, (_, index) => lowest + index);
    return recent.filter((height) => !signed.has(height));
  }

  async #sign(bodies: readonly CheckpointBody[], signer: Signer): Promise<void> {
    const { archive, failpoints } = this.#parts;
    this.#signedAt = performance.now();
    const signed = bodies.map((body) => signBody(body, signer));
    await failpoints.reach('witness.signed');
    const refused = await archive.sign(signed, signer.key);
    await failpoints.reach('witness.kept');
    for (const body of bodies) if (refused.includes(body.height)) await this.retract(body.height, body);
  }

  async #sweepNowAndThen(): Promise<void> {
    const { archive, projection, kept = KEPT } = this.#parts;
    const below = this.#newest - kept - SLACK;
    if (below < this.#sweptAt + SWEEP) return;
    const heights = await archive.unnamedBelow(below, SWEEP);
    const gone: number[] = [];
    for (const height of heights) {
      // What the projection keeps that far back, it keeps for good: one height an hour, and what something names.
      if ((await projection.body(height)) === undefined) gone.push(height);
      else await archive.name(height);
    }
    await archive.drop(gone);
    if (heights.length < SWEEP) this.#sweptAt = below;
  }
}
