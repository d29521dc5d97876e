import { keys, type Usage } from '@tallystick/chaincode/model';
import type { CustodyEntry, CustodyState } from '../state/port.js';
import { Answering, codeOf } from './answering.js';
import { takeBatch } from './batch.js';
import { deliver, isUndelivered } from './delivery.js';
import type { Custody } from './parts.js';
import type { Custodian, CustodianStatus } from './port.js';
import { prepareHeader } from './preparation.js';
import { recordAt } from './projected.js';
import { Recovery } from './recovery.js';
import { Retries } from './retries.js';
import { Replays } from './replay.js';

const OPEN = ['SEEN', 'PREPARED', 'SUBMITTED'] as const satisfies readonly CustodyState[];
const PAGE = 200;

export const newCustodian = (custody: Custody): Custodian => new FollowingCustodian(custody);

/**
 * One loop over the journal and the projection: each pass takes every request one step further. Nothing it knows besides those
 * two matters, so it can die anywhere and begin again. Transactions run beside the loop, never two for one grant.
 */
class FollowingCustodian implements Custodian {
  readonly #custody: Custody;
  readonly #retries: Retries;
  readonly #replays: Replays;
  readonly #answering: Answering;
  readonly #recovery: Recovery;
  /** Requests and grants that a transaction under way is concerned with. */
  readonly #held = new Set<string>();
  readonly #busyGrants = new Set<string>();
  readonly #tasks = new Set<Promise<void>>();
  /** Uses known to be in the journal. */
  #seen = new Set<string>();
  #waiters: (() => void)[] = [];
  #stop: AbortController | undefined;
  #unsubscribe: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #loop: Promise<void> | undefined;
  #isWoken = false;
  #failure: string | undefined;

  constructor(custody: Custody) {
    this.#custody = custody;
    this.#retries = new Retries(custody.settings.pause);
    this.#replays = new Replays(custody.projection);
    this.#answering = new Answering(custody, this.#replays, this.#retries);
    this.#recovery = new Recovery(custody, this.#retries);
  }

  start(): void {
    if (this.#stop !== undefined) return;
    this.#stop = new AbortController();
    this.#unsubscribe = this.#custody.projection.onBlock(() => this.#wake());
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stop?.abort();
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#loop;
    await Promise.all(this.#tasks);
    this.#stop = undefined;
    this.#release();
  }

  idle(): Promise<void> {
    if (this.#stop === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#wake();
    });
  }

  async status(): Promise<CustodianStatus> {
    const count = async (state: (typeof OPEN)[number]): Promise<number> =>
      (await this.#custody.state.custody.inState([state])).length;
    const [seen, prepared, submitted] = await Promise.all(OPEN.map(count));
    return {
      isRunning: this.#stop !== undefined,
      open: { SEEN: seen ?? 0, PREPARED: prepared ?? 0, SUBMITTED: submitted ?? 0 },
      inFlight: this.#tasks.size,
      ...(this.#failure !== undefined && { failure: this.#failure }),
    };
  }

  #wake(): void {
    this.#isWoken = true;
    this.#loop ??= this.#run().finally(() => {
      this.#loop = undefined;
    });
  }

  get #isStopping(): boolean {
    return this.#stop?.signal.aborted ?? true;
  }

  async #run(): Promise<void> {
    while (this.#takeWake()) {
      try {
        if (await this.#pass()) this.#release();
        this.#failure = undefined;
      } catch (error) {
        this.#failure = codeOf(error);
        this.#custody.log.error({ code: this.#failure }, 'A pass of custody failed');
        this.#retries.failed(PASS);
      }
      this.#schedule();
    }
  }

  #takeWake(): boolean {
    const isWoken = this.#isWoken && !this.#isStopping;
    this.#isWoken = false;
    return isWoken;
  }

  /** Wake when the next failed step may be tried again. */
  #schedule(): void {
    const wait = this.#retries.untilNext();
    clearTimeout(this.#timer);
    if (wait === undefined || this.#isStopping) return;
    this.#timer = setTimeout(() => this.#wake(), wait + 1);
    this.#timer.unref();
  }

  #release(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }

  /** True when nothing is left to do. */
  async #pass(): Promise<boolean> {
    this.#retries.succeeded(PASS);
    await this.#discover();
    const contested = await this.#contested();
    const open = await this.#custody.state.custody.inState(OPEN);
    const due = open.filter(({ usageId }) => !this.#held.has(usageId) && this.#retries.isDue(usageId));
    const advanced = await Promise.all(due.map((entry) => this.#advance(entry)));
    this.#startBatches(advanced.filter((entry) => entry !== undefined && entry.state === 'PREPARED'));
    for (const usageId of contested) this.#startDelivery(usageId);
    return open.length === 0 && contested.length === 0 && this.#tasks.size === 0 && !this.#isWoken;
  }

  /** Write down every request that waits for our answer, before anything else is done about it. */
  async #discover(): Promise<void> {
    const listed = await this.#list('REQUESTED');
    const fresh = listed.filter(({ id }) => !this.#seen.has(id));
    await Promise.all(
      fresh.map(async ({ id, grant }) => {
        await this.#custody.state.custody.see(id, grant);
        await this.#custody.failpoints.reach('custody.seen');
      }),
    );
    this.#seen = new Set(listed.map(({ id }) => id));
  }

  /** Contests that the header we released can answer. */
  async #contested(): Promise<readonly Usage['id'][]> {
    const contested = (await this.#list('CONTESTED')).filter(isUndelivered).map(({ id }) => id);
    const entries = await Promise.all(contested.map((id) => this.#custody.state.custody.get(id)));
    return contested.filter((_, index) => entries[index]?.state === 'RELEASED');
  }

  async #list(state: Usage['state']): Promise<readonly Usage[]> {
    const usages: Usage[] = [];
    const where = { state, custodian: this.#custody.participant };
    let after: string | undefined;
    do {
      const page = await this.#custody.projection.list({
        kind: 'usage',
        where,
        limit: PAGE,
        ...(after !== undefined && { after }),
      });
      usages.push(...page.items.map(({ value }) => value as unknown as Usage));
      after = page.next;
    } while (after !== undefined);
    return usages;
  }

  /** One request, one step; the entry as it stands afterwards. A failure is the request's own and is tried again. */
  async #advance(entry: CustodyEntry): Promise<CustodyEntry | undefined> {
    const { usageId } = entry;
    try {
      const usage = await recordAt(this.#custody.projection, keys.usage(usageId as Usage['id']));
      // A projection that is being rebuilt has not come to it yet.
      if (usage === undefined) return undefined;
      return await this.#step(entry, usage);
    } catch (error) {
      this.#custody.log.error(
        { usageId, state: entry.state, code: codeOf(error) },
        'A step of custody failed',
      );
      this.#retries.failed(usageId);
      return undefined;
    }
  }

  async #step(entry: CustodyEntry, usage: Usage): Promise<CustodyEntry | undefined> {
    if (usage.state !== 'REQUESTED') {
      await this.#answering.settle(entry);
      return undefined;
    }
    if (entry.state === 'SUBMITTED') return this.#recovery.lookUp(entry);
    if (entry.header !== undefined) return entry;
    return prepareHeader(this.#custody, entry, usage, this.#replays);
  }

  #startBatches(answerable: readonly CustodyEntry[]): void {
    const signal = this.#stop?.signal;
    while (signal && this.#tasks.size < this.#custody.settings.lanes) {
      const batch = takeBatch(answerable, this.#busyGrants, this.#answering.limit);
      if (batch.length === 0) return;
      this.#start(batch, () => this.#answering.answer(batch, signal));
    }
  }

  #startDelivery(usageId: Usage['id']): void {
    const signal = this.#stop?.signal;
    if (signal === undefined || this.#held.has(usageId) || !this.#retries.isDue(usageId)) return;
    this.#start([{ usageId }], async () => {
      await deliver(this.#custody, usageId, signal);
      this.#retries.succeeded(usageId);
    });
  }

  /** Run work beside the loop, holding what it is concerned with. */
  #start(
    items: readonly { readonly usageId: string; readonly grantId?: string }[],
    work: () => Promise<void>,
  ): void {
    const grants = items.flatMap(({ grantId }) => grantId ?? []);
    for (const { usageId } of items) this.#held.add(usageId);
    for (const grant of grants) this.#busyGrants.add(grant);
    const task = work()
      .catch((error: unknown) => {
        this.#custody.log.error({ code: codeOf(error) }, 'Work of custody failed');
        for (const { usageId } of items) this.#retries.failed(usageId);
      })
      .finally(() => {
        this.#tasks.delete(task);
        for (const { usageId } of items) this.#held.delete(usageId);
        for (const grant of grants) this.#busyGrants.delete(grant);
        this.#wake();
      });
    this.#tasks.add(task);
  }
}

/** Stands for the loop itself among what is to be tried again. */
const PASS = 'pass';
