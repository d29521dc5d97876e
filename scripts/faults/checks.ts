import type { Client } from '../demo/client.js';
import type { Acts, ContestedUse } from './acts.js';
import { each, eventually, listed } from './records.js';
import type { Stage } from './stage.js';
import type { Store } from './store.js';
import type { Witness } from './witness.js';

interface Version {
  readonly record: ContestedUse;
}

const ANSWER_PATIENCE = 60_000;
const KEPT: Readonly<Record<string, readonly string[]>> = {
  REQUESTED: ['ALLOWED', 'DENIED', 'ACKNOWLEDGED', 'CONTESTED'],
  ALLOWED: ['ALLOWED', 'ACKNOWLEDGED', 'CONTESTED'],
  DENIED: ['DENIED'],
  ACKNOWLEDGED: ['ACKNOWLEDGED'],
  CONTESTED: ['CONTESTED'],
};

/** What must hold after every kill. Whatever does not is told to the witness. */
export class Checks {
  readonly #provider: Client;
  readonly #consumer: Client;
  readonly #acts: Acts;
  readonly #store: Store;
  readonly #witness: Witness;
  readonly #reopenPatience: number;
  readonly #allowedHeaders = new Set<string>();
  readonly #closed = new Set<string>();

  /** `reopenPatience`: for how long (milliseconds) opening may fail after a recovery; 0 where it must not. */
  constructor({ scene }: Stage, acts: Acts, store: Store, witness: Witness, reopenPatience: number) {
    this.#provider = scene.cast.steel.operator;
    this.#consumer = scene.cast.supplier.connector;
    this.#acts = acts;
    this.#store = store;
    this.#witness = witness;
    this.#reopenPatience = reopenPatience;
  }

  /** Nothing is left unanswered, and what was allowed can be opened: the recovery proper. */
  async recovered(): Promise<void> {
    if (!(await eventually(() => this.#isAnswered(), ANSWER_PATIENCE))) {
      const left = await this.#inState('REQUESTED').catch(() => []);
      this.#witness.violation(
        `not answered after recovery: ${left.map(({ id }) => id).join(', ') || 'unreachable'}`,
      );
    }
    await this.#acts.settled();
    await each(await this.#inState('ALLOWED'), ({ id }) => this.#reopen(id));
    const isDelivered = async () =>
      (await this.#inState('CONTESTED')).every(({ contest }) => contest?.header !== undefined);
    if (!(await eventually(isDelivered, ANSWER_PATIENCE)))
      this.#witness.violation('a contest was not answered');
  }

  /** The cheap checks: the store against the ledger, and the history of the uses since the last look. */
  async afterKill(): Promise<void> {
    // The store first: a header that is there now has its answer in whatever the ledger says later.
    const headers = new Set(await this.#store.look());
    const uses = await listed<ContestedUse>(this.#provider, '/usages');
    for (const { answer } of uses) {
      if (answer?.outcome === 'ALLOWED' && answer.header !== undefined)
        this.#allowedHeaders.add(answer.header);
    }
    for (const cid of headers) {
      if (!this.#allowedHeaders.has(cid))
        this.#witness.violation(`header ${cid} is in the store without an ALLOWED answer`);
    }
    const fresh = uses.filter(({ id }) => !this.#closed.has(id));
    await each(fresh, (use) => this.#history(use.id));
    for (const { id } of fresh) this.#closed.add(id);
  }

  /** Everything, from the start. Returns how many uses there are. */
  async atTheEnd(): Promise<number> {
    this.#closed.clear();
    await this.afterKill();
    const uses = await listed<ContestedUse>(this.#provider, '/usages');
    const atConsumer = new Map(
      (await listed<ContestedUse>(this.#consumer, '/usages')).map((use) => [use.id, use]),
    );
    for (const use of uses) this.#sameAt(use, atConsumer.get(use.id));
    const states = new Map(uses.map(({ id, state }) => [id, state]));
    for (const [id, seen] of this.#witness.states) this.#kept(id, seen, states.get(id));
    await each([...this.#witness.transactions], ([txId, step]) => this.#valid(txId, step));
    await this.#payloads();
    return uses.length;
  }

  async #isAnswered(): Promise<boolean> {
    const [atProvider, atConsumer] = await Promise.all(
      [this.#provider, this.#consumer].map((client) => listed(client, '/usages', { state: 'REQUESTED' })),
    );
    return atProvider?.length === 0 && atConsumer?.length === 0;
  }

  #inState(state: string): Promise<ContestedUse[]> {
    return listed<ContestedUse>(this.#provider, '/usages', { state });
  }

  /** The consumer's own peer may show the answer a moment later than the provider's: only then opening must not fail. */
  async #isShown(usageId: string): Promise<boolean> {
    const uses = await listed<ContestedUse>(this.#consumer, '/usages');
    return uses.some(({ id, state }) => id === usageId && state !== 'REQUESTED');
  }

  async #reopen(usageId: string): Promise<void> {
    let why: unknown;
    await eventually(() => this.#isShown(usageId), ANSWER_PATIENCE);
    const isOpened = (): Promise<boolean> =>
      this.#acts.open(usageId).then(
        () => true,
        (error: unknown) => {
          why = error;
          return false;
        },
      );
    if (await eventually(isOpened, this.#reopenPatience)) return;
    this.#witness.violation(`${usageId} is allowed and cannot be opened and acknowledged: ${String(why)}`);
  }

  async #history(usageId: string): Promise<void> {
    const { items } = await this.#provider.get<{ items: Version[] }>(`/usages/${usageId}/history`);
    const states = items.map(({ record }) => record.state);
    const answers = states.filter((state) => state === 'ALLOWED' || state === 'DENIED').length;
    const acknowledged = states.filter((state) => state === 'ACKNOWLEDGED').length;
    if (answers !== 1 || states[0] !== 'REQUESTED' || acknowledged > 1) {
      this.#witness.violation(`the history of ${usageId} is ${states.join(' ')}`);
    }
  }

  #sameAt({ id, state }: ContestedUse, other: ContestedUse | undefined): void {
    if (state === 'REQUESTED') this.#witness.violation(`${id} was never answered`);
    if (other?.state !== state)
      this.#witness.violation(`${id} is ${state}, and ${other?.state ?? 'unknown'} to the consumer`);
  }

  #kept(usageId: string, seen: ReadonlySet<string>, state = 'lost'): void {
    for (const each of seen) {
      if (!KEPT[each]?.includes(state))
        this.#witness.violation(`${usageId} was seen ${each} and is ${state}`);
    }
  }

  async #valid(txId: string, step: string): Promise<void> {
    const { code } = await this.#provider
      .get<{ code: string }>(`/transactions/${txId}`)
      .catch((error: unknown) => ({ code: String(error) }));
    if (code !== 'VALID')
      this.#witness.violation(`${step} was reported as committed in ${txId}, which is ${code}`);
  }

  async #payloads(): Promise<void> {
    const versions = await listed<{ delivery: { cid: string } }>(this.#provider, '/versions');
    const registered = new Set(versions.map(({ delivery }) => delivery.cid));
    for (const cid of this.#witness.payloads) {
      if (!registered.has(cid))
        this.#witness.violation(`the payload ${cid} was reported as registered and is not`);
    }
    await this.#store.look();
    this.#store.checkPayloads(registered);
  }
}
