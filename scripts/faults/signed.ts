import { encode, type Checkpoint } from '@tallystick/chaincode/model';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Problem } from '../demo/client.js';
import type { Space } from '../space.js';
import { each, eventually } from './records.js';
import type { Witness } from './witness.js';

const PATIENCE = 60_000;
/** Heights that are asked for once more; a gateway that comes late signs no more of them by itself. */
const BACKLOG = 1000;
const READER = 'operator';

/** What the gateways sign: one body for a height, whoever signs it and whatever happens to them. */
export class SignedBodies {
  readonly #space: Space;
  readonly #witness: Witness;
  /** By height, as first seen. */
  readonly #bodies = new Map<number, string>();
  #height = -1;

  constructor(space: Space, witness: Witness) {
    this.#space = space;
    this.#witness = witness;
  }

  get heights(): number {
    return this.#bodies.size;
  }

  /** All heights since the last look, at every gateway. */
  async look(): Promise<void> {
    const from = this.#height + 1;
    const newest = await Promise.all(this.#members.map((mspId) => this.#latest(mspId)));
    const height = Math.max(...newest);
    for (const mspId of this.#members) await this.#compare(mspId, from, height);
    this.#height = height;
  }

  /** What every gateway signed before, once more. */
  async again(): Promise<void> {
    for (const mspId of this.#members) await this.#again(mspId);
  }

  /** A gateway whose projection is lost makes it anew; what it signed stays. */
  async rebuilt(mspId: string): Promise<void> {
    await this.#without(mspId, ['projection.sqlite', 'projection.sqlite-wal', 'projection.sqlite-shm']);
  }

  /** One that joins late, with its keys and nothing else, signs what the others have signed. */
  async joiningLate(mspId: string): Promise<void> {
    await this.#without(mspId, ['']);
  }

  async #without(mspId: string, files: readonly string[]): Promise<void> {
    const { dataDir } = this.#gateway(mspId);
    await this.#space.kill(mspId);
    for (const file of files) await rm(join(dataDir, file), { recursive: true, force: true });
    await this.#space.restart(mspId);
    await this.#again(mspId);
    await this.look();
  }

  async #again(mspId: string): Promise<void> {
    const hasCome = await eventually(async () => (await this.#latest(mspId)) >= this.#height, PATIENCE);
    if (!hasCome) this.#witness.violation(`${mspId} has not signed height ${this.#height} in time`);
    await this.#compare(mspId, Math.max(0, this.#height - BACKLOG + 1), this.#height);
  }

  async #compare(mspId: string, from: number, to: number): Promise<void> {
    const heights = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
    await each(heights, async (height) => {
      let found: string | undefined;
      await eventually(async () => {
        found = await this.#signed(mspId, height);
        return found !== undefined;
      }, PATIENCE);
      const known = this.#bodies.get(height);
      if (found === undefined) this.#witness.violation(`${mspId} has not signed height ${height}`);
      else if (known === undefined) this.#bodies.set(height, found);
      else if (known !== found)
        this.#witness.violation(
          `${mspId} signed ${found} at height ${height}, and ${known} was signed before`,
        );
    });
  }

  /** The body of a height under the gateway's own signature; a height that it has retracted is a violation. */
  async #signed(mspId: string, height: number): Promise<string | undefined> {
    try {
      const { body, witnesses } = await this.#client(mspId).get<Checkpoint>(`/checkpoints/${height}`);
      return witnesses.length === 0 ? undefined : encode(body);
    } catch (error) {
      if (error instanceof Problem && error.status === 410) return 'RETRACTED';
      throw error;
    }
  }

  async #latest(mspId: string): Promise<number> {
    const { body } = await this.#client(mspId).get<Checkpoint>('/checkpoints/latest');
    return body.height;
  }

  get #members(): readonly string[] {
    return Object.keys(this.#space.gateways);
  }

  #gateway(mspId: string): Space['gateways'][string] {
    const gateway = this.#space.gateways[mspId];
    if (gateway === undefined) throw new Error(`no gateway for ${mspId}`);
    return gateway;
  }

  #client(mspId: string): Client {
    const { url, keys } = this.#gateway(mspId);
    return new Client(url, keys[READER] ?? '');
  }
}
