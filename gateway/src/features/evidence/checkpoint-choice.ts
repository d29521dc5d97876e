import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckpointBody, Instant, Witnessing } from '@tallystick/chaincode/model';
import type { Checkpoints } from '../checkpoints/port.js';
import { ProjectionError, type Trees } from '../../projection/port.js';
import type { CheckpointToken, EvidenceArchive } from './stores/port.js';
import { EvidenceError } from './errors.js';

/** The checkpoint that a file stands on, who signed it, and who stamped it. */
export interface SignedCheckpoint {
  readonly body: CheckpointBody;
  readonly witnesses: readonly Witnessing[];
  readonly tokens: readonly CheckpointToken[];
}

export interface CheckpointChoiceParts {
  readonly checkpoints: Pick<Checkpoints, 'commonHeight' | 'renew' | 'status' | 'witnessed'>;
  readonly projection: Pick<Trees, 'body'>;
  readonly archive: Pick<EvidenceArchive, 'newestStamped' | 'tokens'>;
  /** Organisations whose witnesses must have signed; by default as many as answer in time, at least one. */
  readonly needed: number | undefined;
  /** Milliseconds that a request waits for a checkpoint over what it asks for. */
  readonly patience?: number | undefined;
  /** Milliseconds in which every member that answers at all should have signed; then those that have must do. */
  readonly grace?: number | undefined;
}

const PATIENCE = 10_000;
const GRACE = 1500;
const GLANCE = 20;

/**
 * Chooses the height that a file stands on. The newest one with a time token, when that covers what is asked for: whoever reads the file then
 * knows the time from somebody outside. Otherwise the highest that enough witnesses have signed.
 */
export class CheckpointChoice {
  readonly #parts: CheckpointChoiceParts;

  constructor(parts: CheckpointChoiceParts) {
    this.#parts = parts;
  }

  /**
   * What `make` makes of the chosen height, which is no lower than `least`.
   * @param after when the witnesses should have signed, and with the word that nothing newer was there: they are asked to say so once, and
   * a stamped height is preferred only where they did, since any other leaves open what this shows
   * @throws EvidenceError PENDING when nobody has signed such a height in time
   */
  async standing<T>(
    least: number,
    make: (ground: SignedCheckpoint) => Promise<T>,
    after?: Instant,
  ): Promise<T> {
    if (after !== undefined) await this.#renewed();
    const stamped = await this.#stamped(least, after);
    if (stamped !== undefined) {
      try {
        return await make(stamped);
      } catch (error) {
        // The map of a height is let go of after a while, stamped or not.
        if (!(error instanceof ProjectionError) || error.code !== 'HEIGHT_NOT_KEPT') throw error;
      }
    }
    return make(await this.newest(least));
  }

  /** The highest height that enough witnesses have signed, no lower than `least`. @throws EvidenceError PENDING */
  async newest(least: number): Promise<SignedCheckpoint> {
    const ground = await this.ground(await this.#height(least));
    if (ground !== undefined) return ground;
    throw new EvidenceError('PENDING', 'too few witnesses have signed the newest checkpoint');
  }

  /** A height with its signatures and tokens; `undefined` where too few have signed, or its body is not kept. */
  async ground(height: number): Promise<SignedCheckpoint | undefined> {
    const { checkpoints, projection, archive, needed = 1 } = this.#parts;
    const [body, witnesses, tokens] = await Promise.all([
      projection.body(height),
      checkpoints.witnessed(height),
      archive.tokens(height),
    ]);
    const organisations = new Set(witnesses.map(({ mspId }) => mspId));
    return body === undefined || organisations.size < needed ? undefined : { body, witnesses, tokens };
  }

  async #stamped(least: number, after: Instant | undefined): Promise<SignedCheckpoint | undefined> {
    const height = await this.#parts.archive.newestStamped();
    if (height === undefined || height < least) return undefined;
    const ground = await this.ground(height);
    const isLate = ground?.witnesses.every(
      ({ statement }) =>
        after === undefined || (statement.signedAt > after && statement.newest === ground.body.height),
    );
    return isLate === true ? ground : undefined;
  }

  /** A member that takes its time holds up nobody for longer than grace. */
  async #renewed(): Promise<void> {
    const { checkpoints, grace = GRACE } = this.#parts;
    const waiting = new AbortController();
    const late = sleep(grace, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([checkpoints.renew(), late]).finally(() => waiting.abort());
  }

  async #height(least: number): Promise<number> {
    const { checkpoints, patience = PATIENCE, grace = GRACE } = this.#parts;
    const begun = performance.now();
    for (;;) {
      const passed = performance.now() - begun;
      for (const count of await this.#counts(passed > grace)) {
        const height = await checkpoints.commonHeight(count, least);
        if (height !== undefined && height >= least) return height;
      }
      if (passed > patience)
        throw new EvidenceError('PENDING', `too few witnesses have signed height ${least} or a later one`);
      await sleep(GLANCE);
    }
  }

  /** How many organisations to look for, the most first. */
  async #counts(isLate: boolean): Promise<readonly number[]> {
    const { needed, checkpoints } = this.#parts;
    if (needed !== undefined) return [needed];
    const { identity, members } = await checkpoints.status();
    const speaking = members.filter(({ silence }) => silence === undefined || silence === 'BEHIND');
    const all = Math.max(1, speaking.length + (identity === undefined ? 0 : 1));
    return isLate ? Array.from({ length: all }, (_, index) => all - index) : [all];
  }
}
