import type { CustodyError } from './errors.js';
import type { Serving } from './lease.js';

/** What is being served now, by use: a use that is forgotten must not go on being read. */
export class Servings {
  readonly #byUse = new Map<string, Set<Serving>>();

  /** Returns what to call when nothing is served any more. */
  add(usageId: string, serving: Serving): () => void {
    const ofUse = this.#byUse.get(usageId) ?? new Set();
    this.#byUse.set(usageId, ofUse.add(serving));
    return () => {
      serving.clear();
      ofUse.delete(serving);
      if (ofUse.size === 0) this.#byUse.delete(usageId);
    };
  }

  end(usageId: string, reason: CustodyError): void {
    for (const serving of this.#byUse.get(usageId) ?? []) serving.end(reason);
  }
}
