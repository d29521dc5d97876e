import { setTimeout as delay } from 'node:timers/promises';
import { startProcess, type Exit, type ProcessSpec, type RunningProcess } from './process.js';

/** When a process that ended by itself is started again. All times in milliseconds. */
export interface RestartPolicy {
  /** Restarts in a row before giving up. */
  readonly maximumRestarts: number;
  /** Waiting time before the first restart; it doubles with every further one. */
  readonly firstDelay: number;
  readonly maximumDelay: number;
  /** After running this long a process counts as well again, and the waiting starts anew. */
  readonly stableAfter: number;
}

export type SupervisionEvent =
  | { readonly kind: 'ended'; readonly exit: Exit }
  | { readonly kind: 'restarted'; readonly process: RunningProcess }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'gave-up' };

/** A process that is kept running. */
export interface Supervision {
  /** The process as it runs now, or as it last ran. */
  readonly process: RunningProcess;
  /** Resolves when nobody looks after the process any more: stopped, or given up. */
  readonly done: Promise<void>;
  stop(): Promise<Exit>;
}

class Supervisor implements Supervision {
  process: RunningProcess;
  readonly done: Promise<void>;
  readonly #spec: ProcessSpec;
  readonly #policy: RestartPolicy;
  readonly #report: (event: SupervisionEvent) => void;
  readonly #stopping = new AbortController();

  constructor(
    first: RunningProcess,
    spec: ProcessSpec,
    policy: RestartPolicy,
    report: (event: SupervisionEvent) => void,
  ) {
    this.process = first;
    this.#spec = spec;
    this.#policy = policy;
    this.#report = report;
    this.done = this.#watch();
  }

  async stop(): Promise<Exit> {
    this.#stopping.abort();
    await this.process.stop();
    await this.done;
    return this.process.stop();
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #watch(): Promise<void> {
    let restarts = 0;
    while (!this.#isStopping()) {
      const started = Date.now();
      const exit = await this.process.exited;
      if (this.#isStopping()) return;
      this.#report({ kind: 'ended', exit });
      if (Date.now() - started >= this.#policy.stableAfter) restarts = 0;
      restarts = await this.#restart(restarts);
      if (restarts > this.#policy.maximumRestarts) {
        this.#report({ kind: 'gave-up' });
        return;
      }
    }
  }

  /** Tries until the process runs, the attempts are used up or a stop is asked for; the attempts used so far. */
  async #restart(used: number): Promise<number> {
    for (let attempt = used; attempt < this.#policy.maximumRestarts; attempt += 1) {
      const wait = Math.min(this.#policy.firstDelay * 2 ** attempt, this.#policy.maximumDelay);
      await delay(wait, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#isStopping()) return attempt;
      if (await this.#isStarted()) return attempt + 1;
    }
    return this.#policy.maximumRestarts + 1;
  }

  async #isStarted(): Promise<boolean> {
    try {
      this.process = await startProcess(this.#spec);
      this.#report({ kind: 'restarted', process: this.process });
      return true;
    } catch (error) {
      this.#report({ kind: 'failed', error });
      return false;
    }
  }
}

/**
 * Starts a process and starts it again whenever it ends by itself, waiting longer each time and giving up in the end.
 * Throws what `startProcess` throws if the very first start fails: that is a wrong configuration, not bad luck.
 */
export async function superviseProcess(
  spec: ProcessSpec,
  policy: RestartPolicy,
  report: (event: SupervisionEvent) => void = () => undefined,
): Promise<Supervision> {
  return new Supervisor(await startProcess(spec), spec, policy, report);
}
