/** Something that works beside requests, for as long as the gateway runs. */
export interface Worker {
  /** Unique in a gateway: `/readyz` calls it so. */
  readonly name: string;
  start(): Promise<void> | void;
  /** Takes up nothing more, and resolves when what is under way has ended. */
  stop(): Promise<void>;
  /** What is wrong with it, for an operator; `undefined` while it runs. */
  health(): Promise<string | undefined> | string | undefined;
}

/** What is said of a worker that was not started, or has stopped. */
export const runs = (name: string, isRunning: boolean): string | undefined =>
  isRunning ? undefined : `${name} does not run`;
