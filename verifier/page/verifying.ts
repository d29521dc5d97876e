import { ProblemError, type Answer, type ProblemCode, type Task } from './task.js';

/** Runs tasks, one at a time: a newer one ends the one before. */
export interface Verifying {
  /** `undefined`: overtaken by a newer task. */
  run(task: Task): Promise<Answer | undefined>;
  /** Ends what runs. */
  stop(): void;
}

/**
 * The page's own script again, as a worker. A worker that is idle is kept, so that what it remembers (certificates, compiled code) serves
 * the next file; one that is busy is ended with its task.
 * @param source text of this very script
 */
export function newVerifying(source: string): Verifying {
  return new WorkerVerifying(source);
}

class WorkerVerifying implements Verifying {
  readonly #source: string;
  #worker: Worker | undefined;
  #overtake: (() => void) | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  async run(task: Task): Promise<Answer | undefined> {
    this.stop();
    try {
      return await this.#ask((this.#worker ??= this.#start()), task);
    } catch (error) {
      this.#end();
      if (error instanceof ProblemError) return { problem: { code: error.code, detail: error.message } };
      throw error;
    }
  }

  stop(): void {
    if (this.#overtake === undefined) return;
    this.#end();
    this.#overtake();
  }

  #ask(worker: Worker, task: Task): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#overtake = undefined;
      };
      const fail = (code: ProblemCode, detail: string): void => {
        settle();
        reject(new ProblemError(code, detail));
      };
      this.#overtake = () => {
        settle();
        resolve(undefined);
      };
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        settle();
        resolve(data);
      };
      worker.onmessageerror = () => fail('MISTAKE', 'the answer cannot be read');
      worker.onerror = ({ message }) => fail('NO_WORKER', message);
      worker.postMessage(task);
    });
  }

  #start(): Worker {
    const url = URL.createObjectURL(new Blob([this.#source], { type: 'text/javascript' }));
    try {
      return new Worker(url);
    } catch (cause) {
      throw new ProblemError('NO_WORKER', String(cause), { cause });
    } finally {
      // The worker has resolved its address by now; the blob may go.
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    }
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
