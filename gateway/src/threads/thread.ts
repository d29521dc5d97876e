import { Worker } from 'node:worker_threads';

/**
 * Why a task has no result. TOO_LONG: it took longer than it may, and was ended. BUSY: too many wait already. FAILED: the thread ended, or
 * the task threw what nobody expected.
 */
export type ThreadErrorCode = 'TOO_LONG' | 'BUSY' | 'FAILED';

export class ThreadError extends Error {
  override readonly name = 'ThreadError';
  readonly code: ThreadErrorCode;
  constructor(code: ThreadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface ThreadOptions {
  /** Module of the thread: says with a message that it has loaded, then takes each task as a message, and answers each with one. */
  readonly module: URL;
  /** Milliseconds for one task, from when the thread has loaded. */
  readonly within: number;
  /** Tasks that may wait for their turn. */
  readonly waiting: number;
}

const MEBIBYTES = 512;
/**
 * Milliseconds in which a thread has to load. Apart from the time of its tasks: on a machine that is busy, as after a start, loading
 * can take longer than any task may, and whoever asks first would be told that what was sent is too large.
 */
const LOADING = 60_000;

/**
 * A thread for what callers can make expensive: the event loop serves custody, and nothing that somebody sends may keep it waiting. One
 * task at a time, in the order they came. The thread starts with the first task, and anew after one that had to be ended; it does not
 * keep the process alive.
 */
export class Thread<Task, Result> {
  readonly #options: ThreadOptions;
  #worker: Worker | undefined;
  #hasLoaded = false;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /** @throws ThreadError */
  async run(task: Task): Promise<Result> {
    if (this.#waiting > this.#options.waiting) throw new ThreadError('BUSY', 'too many tasks are waiting');
    this.#waiting += 1;
    const turn = this.#last.then(() => this.#execute(task));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #execute(task: Task): Promise<Result> {
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    try {
      if (!this.#hasLoaded) await nextMessage(worker, LOADING, 'FAILED');
      this.#hasLoaded = true;
      const answer = nextMessage<Result>(worker, this.#options.within, 'TOO_LONG');
      worker.postMessage(task);
      return await answer;
    } catch (error) {
      this.#worker = undefined;
      this.#hasLoaded = false;
      await worker.terminate();
      throw error;
    } finally {
      worker.unref();
    }
  }

  #start(): Worker {
    const { module } = this.#options;
    const options = { resourceLimits: { maxOldGenerationSizeMb: MEBIBYTES } };
    return module.pathname.endsWith('.ts')
      ? new Worker(sourceEntry(module), { ...options, eval: true })
      : new Worker(module, options);
  }
}

/** Where sources are run and not what was compiled of them (tests), tsx has to be asked into each thread. */
const sourceEntry = ({ href }: URL): string =>
  `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(href)})));`;

/** @param late what it is when there is none within so many milliseconds */
function nextMessage<Result>(worker: Worker, within: number, late: ThreadErrorCode): Promise<Result> {
  return new Promise((resolve, reject) => {
    const fail = (code: ThreadErrorCode, cause?: unknown): void => {
      settle();
      reject(new ThreadError(code, `the task ended: ${code}`, { cause }));
    };
    const onMessage = (result: Result): void => {
      settle();
      resolve(result);
    };
    const onError = (cause: unknown): void => fail('FAILED', cause);
    const onExit = (): void => fail('FAILED');
    const timer = setTimeout(() => fail(late), within);
    const settle = (): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('messageerror', onError).off('exit', onExit);
    };
    worker.on('message', onMessage).on('error', onError).on('messageerror', onError).on('exit', onExit);
  });
}
