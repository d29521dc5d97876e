import type { Usage } from '@tallystick/chaincode/model';
import { isUndelivered } from './delivery.js';
import type { Custody } from './parts.js';
import { recordsOf } from './projected.js';

/** Finds, in our own projection, what concerns us as custodian. */
export class Discovery {
  readonly #custody: Custody;
  /** Requests known to be in the journal: they need not be written down again at every block. */
  #seen: ReadonlySet<string> = new Set();
  #contested: readonly Usage['id'][] = [];
  #height: bigint | undefined;

  constructor(custody: Custody) {
    this.#custody = custody;
  }

  /** Look again where blocks have been applied since: write down every request that waits for our answer. */
  async refresh(): Promise<void> {
    const height = await this.#custody.projection.height();
    if (height === this.#height) return;
    await this.#noteRequests();
    this.#contested = (await this.#list('CONTESTED')).filter(isUndelivered).map(({ id }) => id);
    this.#height = height;
  }

  /** Contests that the header we released can answer. */
  async deliverable(): Promise<readonly Usage['id'][]> {
    const { custody } = this.#custody.state;
    const entries = await Promise.all(this.#contested.map((id) => custody.get(id)));
    return this.#contested.filter((_, index) => entries[index]?.state === 'RELEASED');
  }

  /** Before anything else is done about them. */
  async #noteRequests(): Promise<void> {
    const { state, failpoints } = this.#custody;
    const listed = await this.#list('REQUESTED');
    const fresh = listed.filter(({ id }) => !this.#seen.has(id));
    await Promise.all(fresh.map(({ id, grant }) => state.custody.see(id, grant)));
    if (fresh.length > 0) await failpoints.reach('custody.seen');
    this.#seen = new Set(listed.map(({ id }) => id));
  }

  #list(state: Usage['state']): Promise<readonly Usage[]> {
    const { projection, participant } = this.#custody;
    return recordsOf(projection, { kind: 'usage', where: { state, custodian: participant } });
  }
}
