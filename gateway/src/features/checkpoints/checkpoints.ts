import {
  bodyDigest,
  type Checkpoint,
  type CheckpointBody,
  type Witnessing,
} from '@tallystick/chaincode/model';
import type { FollowedProjection } from '../../projection/port.js';
import type { CheckpointArchive, NewestWitnessed } from './stores/port.js';
import type { Comparison } from './comparison.js';
import { CheckpointError, type Checkpoints, type CheckpointStatus, type Wanted } from './port.js';
import type { WitnessRegister } from './register.js';
import type { Renewal } from './renewal.js';
import { SharedRound } from './rounds.js';
import type { Signer } from './signing.js';
import type { Witness } from './witness.js';

export interface CheckpointParts {
  readonly projection: Pick<FollowedProjection, 'body' | 'newestBody' | 'keepBody'>;
  readonly archive: CheckpointArchive;
  readonly signer: Signer | undefined;
  readonly witness: Pick<Witness, 'signNow' | 'retract'>;
  readonly renewal: Pick<Renewal, 'renew'>;
  readonly comparison: Pick<Comparison, 'round' | 'ask' | 'silences'>;
  readonly register: Pick<WitnessRegister, 'judge'>;
  /** The other members whose gateways are known, by MSP id. */
  readonly members: ReadonlyMap<string, unknown>;
}

/** Heights looked at when the newest one does not have enough signatures after all. */
const TRIES = 8;

class KeptCheckpoints implements Checkpoints {
  readonly #parts: CheckpointParts;
  readonly #asKept: SharedRound;
  readonly #renewed: SharedRound;

  constructor(parts: CheckpointParts) {
    this.#parts = parts;
    this.#asKept = new SharedRound(() => parts.comparison.round('KEPT'));
    this.#renewed = new SharedRound(() => parts.comparison.round('RENEWED'));
  }

  async latest(wanted: Wanted = 'RENEWED'): Promise<Checkpoint> {
    const { signer, archive, projection, renewal } = this.#parts;
    if (wanted === 'RENEWED') await renewal.renew();
    if (signer === undefined) {
      const body = await projection.newestBody();
      if (body === undefined) throw new CheckpointError('NOT_KEPT', 0);
      return { body, witnesses: [] };
    }
    const signed = await archive.newestSigned(signer.key);
    if (signed === undefined) throw new CheckpointError('NOT_KEPT', 0);
    return this.at(signed.body.height);
  }

  async renew(): Promise<void> {
    await Promise.all([this.#parts.renewal.renew(), this.#renewed.run()]);
  }

  async at(height: number): Promise<Checkpoint> {
    const { signer, archive, projection, witness } = this.#parts;
    if (await archive.isRetracted(height)) throw new CheckpointError('RETRACTED', height);
    const body = await projection.body(height);
    const kept = signer && (await archive.signed(height, signer.key));
    if (kept !== undefined && body !== undefined && bodyDigest(kept.body) !== bodyDigest(body)) {
      await witness.retract(height, body);
      throw new CheckpointError('RETRACTED', height);
    }
    if (kept !== undefined) return { body: kept.body, witnesses: [kept.witnessing] };
    if (body === undefined) throw new CheckpointError('NOT_KEPT', height);
    return this.#signedNow(body);
  }

  async witnessed(height: number, organisations?: readonly string[]): Promise<readonly Witnessing[]> {
    const own = await this.#ownAt(height);
    if (own === undefined) return [];
    const isAsked = (mspId: string): boolean => organisations?.includes(mspId) ?? true;
    let others = await this.#others(own.body);
    const missing = [...this.#parts.members.keys()].filter(
      (mspId) => isAsked(mspId) && !others.some((each) => each.mspId === mspId),
    );
    if (missing.length > 0) {
      await this.#parts.comparison.ask(height, missing);
      others = await this.#others(own.body);
    }
    return [...own.witnesses, ...others].filter(({ mspId }) => isAsked(mspId));
  }

  async commonHeight(needed: number, atLeast = 0): Promise<number | undefined> {
    const known = candidateOf(await this.#newestHeights(), needed);
    if (known === undefined || known < atLeast) await this.#asKept.run();
    const candidate = candidateOf(await this.#newestHeights(), needed);
    if (candidate === undefined) return undefined;
    if (await this.#hasSignedAt(candidate, needed)) return candidate;
    // One of them has gone since, or is no witness any more: what is kept of the others may do.
    for (const height of await this.#parts.archive.agreedHeights(needed, TRIES))
      if (height < candidate && (await this.#hasSignedAt(height, needed))) return height;
    return undefined;
  }

  async keep(height: number): Promise<void> {
    const { archive, projection } = this.#parts;
    await this.at(height);
    await projection.keepBody(height);
    await archive.name(height);
  }

  async status(): Promise<CheckpointStatus> {
    const { signer, archive, members, comparison } = this.#parts;
    const signed = signer && (await archive.newestSigned(signer.key));
    const newest = await archive.newestWitnessed();
    const heightOf = (mspId: string): number | undefined => highest(newest, mspId);
    const witnessed = newest.map(({ height }) => height);
    return {
      ...(signer !== undefined && { identity: signer.identity.name }),
      ...(signed !== undefined && { signed: signed.body.height }),
      ...(witnessed.length > 0 && { witnessed: Math.max(...witnessed) }),
      members: [...members.keys()].map((mspId) => {
        const [height, silence] = [heightOf(mspId), comparison.silences.get(mspId)];
        return {
          mspId,
          ...(height !== undefined && { height }),
          ...(silence !== undefined && { silence }),
        };
      }),
      ...(await archive.counts()),
    };
  }

  lies(): ReturnType<Checkpoints['lies']> {
    return this.#parts.archive.lies();
  }

  retractions(): ReturnType<Checkpoints['retractions']> {
    return this.#parts.archive.retractions();
  }

  async #signedNow(body: CheckpointBody): Promise<Checkpoint> {
    const { signer, witness } = this.#parts;
    if (signer === undefined) return { body, witnesses: [] };
    const signed = await witness.signNow(body);
    if (signed === undefined) throw new CheckpointError('RETRACTED', body.height);
    return { body: signed.body, witnesses: [signed.witnessing] };
  }

  async #hasSignedAt(height: number, needed: number): Promise<boolean> {
    const witnessings = await this.witnessed(height);
    const signers = witnessings.filter(({ statement }) => statement.replayedFrom === 0);
    return new Set(signers.map(({ mspId }) => mspId)).size >= needed;
  }

  async #ownAt(height: number): Promise<Checkpoint | undefined> {
    try {
      return await this.at(height);
    } catch (error) {
      if (error instanceof CheckpointError) return undefined;
      throw error;
    }
  }

  /** Kept signatures of others under this body, as far as their signers are still witnesses. */
  async #others(body: CheckpointBody): Promise<readonly Witnessing[]> {
    const kept = await this.#parts.archive.witnessed(body.height, bodyDigest(body));
    const judged = await Promise.all(
      kept.map(async ({ witnessing }) => {
        const standing = await this.#parts.register.judge(body, witnessing);
        return typeof standing === 'string' ? [] : [witnessing];
      }),
    );
    return judged.flat();
  }

  /** The newest height of each organisation, as far as it is known. */
  async #newestHeights(): Promise<readonly number[]> {
    const { signer, archive } = this.#parts;
    const own = signer && (await archive.newestSigned(signer.key));
    const newest = await archive.newestWitnessed();
    const mspIds = [...new Set(newest.map(({ mspId }) => mspId))].filter(
      (mspId) => mspId !== signer?.identity.mspId,
    );
    const others = mspIds.flatMap((mspId) => highest(newest, mspId) ?? []);
    return own === undefined ? others : [own.body.height, ...others];
  }
}

const highest = (newest: readonly NewestWitnessed[], mspId: string): number | undefined => {
  const heights = newest.filter((each) => each.mspId === mspId).map(({ height }) => height);
  return heights.length === 0 ? undefined : Math.max(...heights);
};

/** A witness that signed a height can sign every one below: the height that so many have reached. */
const candidateOf = (heights: readonly number[], needed: number): number | undefined =>
  [...heights].sort((a, b) => b - a)[Math.max(0, needed - 1)];

/** What was signed here, beside what others signed. */
export const newKeptCheckpoints = (parts: CheckpointParts): Checkpoints => new KeptCheckpoints(parts);
