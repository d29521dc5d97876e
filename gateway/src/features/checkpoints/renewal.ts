import { bodyDigest, millisOf, type CheckpointBody } from '@tallystick/chaincode/model';
import type { Logger } from 'pino';
import type { FollowedProjection } from '../../projection/port.js';
import type { CheckpointArchive, Signed } from './stores/port.js';
import { signBody, type Signer } from './signing.js';

export interface RenewalParts {
  readonly projection: Pick<FollowedProjection, 'body' | 'height'>;
  readonly archive: Pick<CheckpointArchive, 'newestSigned' | 'renew'>;
  /** Absent: nothing is signed. */
  readonly signer: Signer | undefined;
  /** Number of the newest block of our own peer, asked now. */
  readonly peerHeight: () => Promise<bigint>;
  readonly log: Logger;
  /** Milliseconds between two questions to the peer. */
  readonly apart?: number | undefined;
}

const APART_MS = 1000;
/** Milliseconds for which an answer is waited for, and for which what was signed stands. */
const PATIENCE_MS = 1000;
const FRESH_MS = 60_000;

/**
 * Says of the newest height that it still is the newest. A signature shows no such thing by its time: who catches up signs old heights by
 * the clock of today. So the same body is signed again, after our own peer was asked, and by the time before it was: nothing newer can have
 * been there then.
 */
export class Renewal {
  readonly #parts: RenewalParts;
  #running: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  /** Resolves when the newest signature says all that it can at present, soon in any case. Never rejects. */
  async renew(): Promise<void> {
    const { log } = this.#parts;
    this.#running ??= this.#renew()
      .catch((err: unknown) => log.warn({ err }, 'the newest checkpoint could not be signed again'))
      .finally(() => (this.#running = undefined));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    await Promise.race([this.#running, late]);
    clearTimeout(timer);
  }

  async #renew(): Promise<void> {
    const { signer, archive, peerHeight, apart = APART_MS } = this.#parts;
    if (signer === undefined || performance.now() - this.#askedAt < apart) return;
    const signed = await archive.newestSigned(signer.key);
    const signedAt = signer.now();
    if (signed === undefined || isFresh(signed, signedAt)) return;
    this.#askedAt = performance.now();
    const newest = Number(await peerHeight());
    const body = await this.#unchanged(signed, newest);
    if (body !== undefined) await archive.renew(signBody(body, signer, { signedAt, newest }), signer.key);
  }

  /** The body that was signed, while peer and projection have nothing newer and it is what the fold gives. */
  async #unchanged({ body }: Signed, newest: number): Promise<CheckpointBody | undefined> {
    const { projection } = this.#parts;
    if (newest !== body.height || Number(await projection.height()) !== newest) return undefined;
    const folded = await projection.body(newest);
    return folded !== undefined && bodyDigest(folded) === bodyDigest(body) ? body : undefined;
  }
}

/** It says that it is the newest, and said so lately. A clock that was put back makes no signature fresh. */
function isFresh({ body, witnessing: { statement } }: Signed, now: string): boolean {
  const age = millisOf(now) - millisOf(statement.signedAt);
  return statement.newest === body.height && age >= 0 && age < FRESH_MS;
}
