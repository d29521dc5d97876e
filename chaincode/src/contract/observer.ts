import { allDescriptors, Refusal } from '../model/index.js';

/** How a transaction went: proposed writes or an answer; a refusal by the rules; or a failure that is nobody's decision. */
export type Outcome = 'accepted' | 'refused' | 'failed';

/** Told of what the server does. What it does with it never reaches a decision. */
export interface Observer {
  /** Begins one transaction; the returned function ends it. `transaction` is from a closed list. */
  begin(transaction: string): (outcome: Outcome) => void;
  /** A peer has opened a stream, or closed it. */
  streams(open: number): void;
}

export const SILENT: Observer = { begin: () => () => undefined, streams: () => undefined };

/** Under this name go transactions that do not exist: what callers write must not become a label. */
const UNKNOWN = 'unknown';
const names: ReadonlySet<string> = new Set(allDescriptors.map(({ name }) => name));

/** Runs one transaction under observation; its result and its error pass through unchanged. */
export async function observed<T>(
  observer: Observer,
  transaction: string,
  work: () => Promise<T>,
): Promise<T> {
  const end = observer.begin(names.has(transaction) ? transaction : UNKNOWN);
  try {
    const result = await work();
    end('accepted');
    return result;
  } catch (error) {
    end(error instanceof Refusal ? 'refused' : 'failed');
    throw error;
  }
}
