import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnsweredUse } from '../demo/client.js';
import { registration } from '../demo/requests.js';
import { askOf } from '../demo/story.js';
import { fileOf, type Stage } from './stage.js';
import type { Place } from './plan.js';
import type { Witness } from './witness.js';

/** How long clients wait, in milliseconds: for an answer, and for what follows an opening or a contest. */
export interface Patience {
  readonly answer: number;
  readonly close: number;
}

/** Uses that go on until they are ended. */
export interface Load {
  /** Begins no more, and resolves when those under way are over. */
  end(): Promise<void>;
}

/** After a failure a client rests, as clients do: a gateway that is down must not be asked a thousand times a second. */
const REST = 100;

/** What clients do while processes die around them. Each act may reject at any step; what it was told is witnessed. */
export class Acts {
  readonly #stage: Stage;
  readonly #witness: Witness;
  readonly #patience: Patience;
  readonly #underWay = new Set<Promise<void>>();
  #count = 0;

  constructor(stage: Stage, witness: Witness, patience: Patience) {
    this.#stage = stage;
    this.#witness = witness;
    this.#patience = patience;
  }

  /** Begin the act that reaches a place; resolves when it has ended, well or not. */
  begin(place: Place): Promise<void> {
    const act = this.#actOf(place)
      .catch((error: unknown) => void this.#witness.failures.push(String(error)))
      .finally(() => this.#underWay.delete(act));
    this.#underWay.add(act);
    return act;
  }

  /** Keeps that number of uses under way. */
  keepUp(parallel: number): Load {
    let isOver = false;
    const worker = async (): Promise<void> => {
      while (!isOver) {
        const before = this.#witness.failures.length;
        await this.begin('request.submitted');
        if (this.#witness.failures.length > before) await sleep(REST);
      }
    };
    const workers = Promise.all(Array.from({ length: parallel }, worker));
    return {
      async end() {
        isOver = true;
        await workers;
      },
    };
  }

  /** Waits for all that is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** From request to acknowledgement; one in six asks for what must be denied. */
  async use(): Promise<void> {
    this.#count += 1;
    const isAllowed = this.#count % 6 !== 0;
    const usageId = await this.#request(isAllowed ? {} : { purpose: 'benchmarking' });
    if ((await this.#answered(usageId)).state === 'ALLOWED') await this.open(usageId);
  }

  /** Opens an allowed use, checks the plaintext and waits for the acknowledgement. */
  async open(usageId: string): Promise<void> {
    const { connector } = this.#stage.scene.cast.supplier;
    const digest = createHash('sha256')
      .update(await connector.open(usageId))
      .digest('hex');
    if (digest !== this.#stage.plainDigest) this.#witness.violation(`${usageId} opened to other bytes`);
    await this.#until(usageId, ({ state }) => state === 'ACKNOWLEDGED');
  }

  #actOf(place: Place): Promise<void> {
    if (place.startsWith('register.')) return this.#register();
    return place === 'custody.delivered' ? this.#contest() : this.use();
  }

  async #register(): Promise<void> {
    const { steel } = this.#stage.scene.cast;
    this.#witness.registrations += 1;
    const file = fileOf(this.#witness.registrations + 1);
    const made = await steel.officer.upload<{ txId?: string; cid?: string }>(
      '/datasets/files',
      'dataset',
      registration(steel),
      file,
    );
    this.#witness.committed(made.txId, 'registration');
    if (made.cid !== undefined) this.#witness.payloads.add(made.cid);
  }

  /** Says that nothing was delivered, and waits until the wrapped key is on the ledger. */
  async #contest(): Promise<void> {
    const usageId = await this.#request({});
    if ((await this.#answered(usageId)).state !== 'ALLOWED') return;
    const { officer } = this.#stage.scene.cast.supplier;
    const { txId } = await officer.submit('usage:Contest', { usageId, reason: 'NOT_DELIVERED' });
    this.#witness.committed(txId, `contest of ${usageId}`);
    await this.#until(usageId, ({ contest }) => contest?.header !== undefined);
  }

  async #request(changes: object): Promise<string> {
    const { scene, grants } = this.#stage;
    const ask = askOf(scene, grants[this.#count % grants.length] ?? '', changes);
    const { connector } = scene.cast.supplier;
    const { txId, usageId } = await connector.post<{ txId?: string; usageId?: string }>('/usages', ask);
    // 202: sent, and nothing promised.
    if (usageId === undefined) throw new Error('the outcome of the request is not known yet');
    this.#witness.committed(txId, `request of ${usageId}`);
    this.#witness.saw(usageId, 'REQUESTED');
    return usageId;
  }

  async #answered(usageId: string): Promise<AnsweredUse> {
    const use = await this.#stage.scene.cast.supplier.connector.answered(usageId, this.#patience.answer);
    this.#witness.saw(usageId, use.state);
    return use;
  }

  async #until(usageId: string, isDone: (use: ContestedUse) => boolean): Promise<void> {
    const { connector } = this.#stage.scene.cast.supplier;
    const until = Date.now() + this.#patience.close;
    while (Date.now() < until) {
      const use = await connector.get<ContestedUse>(`/usages/${usageId}`);
      this.#witness.saw(usageId, use.state);
      if (isDone(use)) return;
      await sleep(25);
    }
    throw new Error(`${usageId} was not done in time`);
  }
}

export interface ContestedUse extends AnsweredUse {
  readonly contest?: { readonly header?: string };
}
