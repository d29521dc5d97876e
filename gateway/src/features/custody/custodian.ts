import { keys, type Id, type Usage } from '@tallystick/chaincode/model';
import type { CustodyEntry, CustodyState } from './stores/port.js';
import { Answering, codeOf } from './answering.js';
import { takeBatch } from './batch.js';
import { deliver } from './delivery.js';
import { Discovery } from './discovery.js';
import type { Custody } from './parts.js';
import type { Custodian, CustodianStatus } from './port.js';
import { prepareHeader } from './preparation.js';
import { recordAt } from './projected.js';
import { Pulse } from '../../workers/pulse.js';
import { runs } from '../../workers/worker.js';
import { Recovery } from './recovery.js';
import { Retries } from '../../workers/retries.js';

const OPEN = ['SEEN', 'PREPARED', 'SUBMITTED'] as const satisfies readonly CustodyState[];
const isOpen = (state: CustodyState): boolean => OPEN.some((open) => open === state);
/** Stands for the pass itself among what is to be tried again. */
const PASS = 'pass';
const KNOWN_CONSUMERS = 10_000;

export const newCustodian = (custody: Custody): Custodian => new FollowingCustodian(custody);

/**
 * Passes over journal and projection, each taking every request one step further. Nothing it knows besides those two
 * matters, so it can die anywhere and begin again. Transactions run beside the passes, never two for one grant.
 */
class FollowingCustodian implements Custodian {
  readonly name = 'custody';
  readonly #custody: Custody;
  readonly #retries: Retries;
  readonly #answering: Answering;
  readonly #recovery: Recovery;
  readonly #discovery: Discovery;
  readonly #pulse: Pulse;
  /** Requests and grants that a transaction under way is concerned with. */
  readonly #held = new Set<string>();
  readonly #tasks = new Set<Promise<void>>();
  /** Consumers by grant. */
  readonly #consumers = new Map<string, string>();
  #stopping = new AbortController();
  #unsubscribe: () => void = () => undefined;
  #failure: string | undefined;

  constructor(custody: Custody) {
    this.#custody = custody;
    this.#retries = new Retries(custody.settings.pause);
    this.#answering = new Answering(custody, this.#retries);
    this.#recovery = new Recovery(custody, this.#retries);
    this.#discovery = new Discovery(custody);
    this.#pulse = new Pulse({
      pass: () => this.#pass(),
      failed: (error) => this.#failed(error),
      untilNext: () => this.#retries.untilNext(),
    });
  }

  start(): void {
    if (this.#pulse.isRunning) return;
    this.#stopping = new AbortController();
    this.#unsubscribe = this.#custody.projection.onBlock(() => this.#pulse.wake());
    this.#pulse.start();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#stopping.abort();
    await this.#pulse.stop();
    await Promise.all(this.#tasks);
  }

  idle(): Promise<void> {
    return this.#pulse.idle();
  }

  health(): string | undefined {
    return runs(this.name, this.#pulse.isRunning);
  }

  async status(): Promise<CustodianStatus> {
    const { custody } = this.#custody.state;
    const [seen, prepared, submitted] = await Promise.all(OPEN.map((state) => custody.inState([state])));
    return {
      isRunning: this.#pulse.isRunning,
      open: {
        SEEN: seen?.length ?? 0,
        PREPARED: prepared?.length ?? 0,
        SUBMITTED: submitted?.length ?? 0,
      },
      inFlight: this.#tasks.size,
      hindered: this.#answering.hindered,
      ...(this.#failure !== undefined && { failure: this.#failure }),
    };
  }

  /** True when nothing is left to do. */
  async #pass(): Promise<boolean> {
    await this.#discovery.refresh();
    const open = await this.#custody.state.custody.inState(OPEN);
    const due = open.filter(({ usageId }) => !this.#held.has(usageId) && this.#retries.takeUp(usageId));
    const advanced = await Promise.all(due.map((entry) => this.#advance(entry)));
    const answerable = advanced.filter(({ state }) => state === 'PREPARED');
    await this.#learnConsumers(answerable);
    this.#startBatches(answerable);
    const deliverable = await this.#discovery.deliverable();
    for (const usageId of deliverable) this.#startDelivery(usageId);
    const waiting = new Set([...open.map(({ usageId }) => usageId), ...deliverable]);
    this.#retries.retain(waiting);
    this.#answering.retain(waiting);
    this.#failure = undefined;
    const ended = advanced.filter(({ state }) => !isOpen(state));
    return open.length === ended.length && deliverable.length === 0 && this.#tasks.size === 0;
  }

  #failed(error: unknown): void {
    this.#failure = codeOf(error);
    this.#custody.log.error({ code: this.#failure }, 'A pass of custody failed');
    this.#retries.failed(PASS);
  }

  /** One request, one step; the entry as it stands afterwards. A failure is the request's own and is tried again. */
  async #advance(entry: CustodyEntry): Promise<CustodyEntry> {
    const { usageId, state } = entry;
    // Ready: should it have been answered meanwhile, the rules say so when its batch is planned.
    if (state === 'PREPARED' && entry.header !== undefined) return entry;
    try {
      const usage = await recordAt(this.#custody.projection, keys.usage(usageId as Usage['id']));
      // A projection that is being rebuilt has not come to it yet.
      return usage === undefined ? entry : await this.#step(entry, usage);
    } catch (error) {
      this.#custody.log.error({ usageId, state, code: codeOf(error) }, 'A step of custody failed');
      this.#retries.failed(usageId);
      return entry;
    }
  }

  async #step(entry: CustodyEntry, usage: Usage): Promise<CustodyEntry> {
    if (usage.state !== 'REQUESTED') return this.#answering.settle(entry);
    if (entry.state === 'SUBMITTED') return this.#recovery.lookUp(entry);
    return prepareHeader(this.#custody, entry, usage);
  }

  /** A grant never changes its consumer. */
  async #learnConsumers(answerable: readonly CustodyEntry[]): Promise<void> {
    if (this.#consumers.size > KNOWN_CONSUMERS) this.#consumers.clear();
    for (const grantId of new Set(answerable.map((entry) => entry.grantId))) {
      if (this.#consumers.has(grantId)) continue;
      const grant = await recordAt(this.#custody.projection, keys.grant(grantId as Id<'grant'>));
      if (grant !== undefined) this.#consumers.set(grantId, grant.consumer);
    }
  }

  #startBatches(answerable: readonly CustodyEntry[]): void {
    const { signal } = this.#stopping;
    while (this.#isLaneFree) {
      const batch = takeBatch(
        answerable,
        (grantId) => this.#consumers.get(grantId),
        this.#held,
        this.#answering.limit,
      );
      if (batch.length === 0) return;
      const usages = batch.map(({ usageId }) => usageId);
      const grants = batch.map(({ grantId }) => grantId);
      this.#start(usages, grants, () => this.#answering.answer(batch, signal));
    }
  }

  #startDelivery(usageId: Usage['id']): void {
    if (!this.#isLaneFree || this.#held.has(usageId) || !this.#retries.takeUp(usageId)) return;
    this.#start([usageId], [], async () => {
      await deliver(this.#custody, usageId, this.#stopping.signal);
      this.#retries.succeeded(usageId);
    });
  }

  get #isLaneFree(): boolean {
    return this.#tasks.size < this.#custody.settings.lanes && !this.#stopping.signal.aborted;
  }

  /** Run work beside the passes, holding the requests and grants that it is concerned with. */
  #start(usages: readonly string[], grants: readonly string[], work: () => Promise<void>): void {
    const held = [...usages, ...grants];
    for (const id of held) this.#held.add(id);
    const task = work()
      .catch((error: unknown) => {
        this.#custody.log.error({ code: codeOf(error) }, 'Work of custody failed');
        for (const id of usages) this.#retries.failed(id);
      })
      .finally(() => {
        this.#tasks.delete(task);
        for (const id of held) this.#held.delete(id);
        this.#pulse.wake();
      });
    this.#tasks.add(task);
  }
}
