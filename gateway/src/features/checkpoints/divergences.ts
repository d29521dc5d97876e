import type { Logger } from 'pino';
import { Pulse } from '../../workers/pulse.js';
import { runs, type Worker } from '../../workers/worker.js';
import type { Divergence, FollowedProjection, Page } from '../../projection/port.js';
import type { Divergences, ShownDivergence } from './port.js';

type Projection = Pick<FollowedProjection, 'divergences' | 'divergingAmong' | 'standing' | 'onBlock'>;

async function shown(projection: Projection, divergence: Divergence): Promise<ShownDivergence> {
  const standing = await projection.divergingAmong(divergence.keys);
  return { ...divergence, standing, isRestored: standing.length === 0 };
}

const PAGE = 100;
const RETRY_MS = 5000;

/** Knows the transactions that are not what the rules make of them, and raises an alarm for each as it comes. */
export class DivergenceWatch implements Divergences, Worker {
  readonly name = 'divergences';
  readonly #projection: Projection;
  readonly #log: Logger;
  readonly #pulse: Pulse;
  #unsubscribe: () => void = () => undefined;
  /** Page that the last known one is on, and its place in the log. */
  #page: string | undefined;
  #position = -1;
  readonly #counts = { CORRECTED: 0, VOID: 0 };
  #hasFailed = false;

  constructor(projection: Projection, log: Logger) {
    this.#projection = projection;
    this.#log = log;
    this.#pulse = new Pulse({
      pass: () => this.#pass((each) => this.#say(each)),
      failed: (err) => {
        log.error({ err }, 'divergences could not be looked through');
        this.#hasFailed = true;
      },
      untilNext: () => (this.#hasFailed ? RETRY_MS : undefined),
    });
  }

  async list(page: Parameters<Divergences['list']>[0]): Promise<Page<ShownDivergence>> {
    const { items, next } = await this.#projection.divergences(page);
    const all: ShownDivergence[] = [];
    for (const each of items) all.push(await shown(this.#projection, each));
    return { items: all, ...(next !== undefined && { next }) };
  }

  async counts(): ReturnType<Divergences['counts']> {
    const { CORRECTED: corrected, VOID } = this.#counts;
    return { corrected, void: VOID, standing: (await this.#projection.standing()).length };
  }

  /** What diverged before is said in one line: each of them was an alarm when it came. */
  async start(): Promise<void> {
    await this.#pass(() => undefined);
    const { CORRECTED: corrected, VOID } = this.#counts;
    if (corrected + VOID > 0)
      this.#log.error(
        { corrected, void: VOID },
        'transactions of this ledger are not what the rules make of them',
      );
    this.#unsubscribe = this.#projection.onBlock(() => this.#pulse.wake());
    this.#pulse.start();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await this.#pulse.stop();
  }

  health(): string | undefined {
    return runs(this.name, this.#pulse.isRunning);
  }

  /** Resolves when all that there is has been said. */
  idle(): Promise<void> {
    return this.#pulse.idle();
  }

  async #pass(tell: (divergence: Divergence) => void): Promise<boolean> {
    for (;;) {
      const page = await this.#next();
      for (const each of page.items) {
        if (each.position <= this.#position) continue;
        tell(each);
        this.#counts[each.verdict] += 1;
        this.#position = each.position;
      }
      this.#hasFailed = false;
      if (page.next === undefined) return true;
      this.#page = page.next;
    }
  }

  #next(): Promise<Page<Divergence>> {
    return this.#projection.divergences({
      limit: PAGE,
      ...(this.#page !== undefined && { after: this.#page }),
    });
  }

  #say({ txId, blockNumber, txIndex, verdict, keys, reason, facts }: Divergence): void {
    this.#log.error(
      { txId, block: blockNumber.toString(), index: txIndex, verdict, keys, rule: reason, facts },
      'a transaction is not what the rules make of it',
    );
  }
}
