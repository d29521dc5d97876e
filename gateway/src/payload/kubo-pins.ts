import type { ImportJournal } from './import-journal.js';
import { KuboRefusal, storeError } from './kubo-errors.js';
import type { KuboRpc } from './kubo-rpc.js';
import type { Swept } from './port.js';

/** Lets go of what was imported, and makes room. Nothing else does: pins are for ever. @throws PayloadError STORE_FAILED */
export interface KuboPins {
  /** Unpins one file, as after a registration that was given up. Unpinning what is not pinned is no error. */
  release(cid: string): Promise<void>;
  /**
   * Releases every file that this gateway imported before a time (milliseconds since 1970) and that nobody needs: what a crash between import
   * and registration left. `before` must lie further back than the longest registration takes. What is needed once is not asked about again.
   * What others keep in the same Kubo is not touched.
   */
  sweep(isNeeded: (cid: string) => Promise<boolean>, before: number): Promise<Swept>;
  /** Removes what no pin holds; also blocks fetched from others. Holds all of Kubo's imports meanwhile. Resolves with how many went. */
  collectGarbage(withinMs: number): Promise<number>;
}

export function newKuboPins(rpc: KuboRpc, journal: ImportJournal, timeoutMs: number): KuboPins {
  return new Pins(rpc, journal, timeoutMs);
}

class Pins implements KuboPins {
  readonly #rpc: KuboRpc;
  readonly #journal: ImportJournal;
  readonly #timeoutMs: number;

  constructor(rpc: KuboRpc, journal: ImportJournal, timeoutMs: number) {
    this.#rpc = rpc;
    this.#journal = journal;
    this.#timeoutMs = timeoutMs;
  }

  async release(cid: string): Promise<void> {
    try {
      await this.#rpc.call('pin/rm', { arg: cid }, { withinMs: this.#timeoutMs });
    } catch (error) {
      if (!(error instanceof KuboRefusal && error.isNotPinned)) throw storeError(error);
    }
  }

  async sweep(isNeeded: (cid: string) => Promise<boolean>, before: number): Promise<Swept> {
    const entries = await this.#journal.entries();
    const old = entries.filter(({ at }) => at < before);
    // A file that was imported again since may be in the middle of a registration.
    const recent = new Set(entries.filter(({ at }) => at >= before).map(({ cid }) => cid));
    const released: string[] = [];
    for (const cid of new Set(old.map((entry) => entry.cid))) {
      if (recent.has(cid) || (await isNeeded(cid))) continue;
      await this.release(cid);
      released.push(cid);
    }
    await this.#journal.drop(old);
    return { seen: old.length, released };
  }

  async collectGarbage(withinMs: number): Promise<number> {
    let removed = 0;
    try {
      for await (const _ of this.#rpc.lines('repo/gc', {}, { withinMs, stallMs: withinMs })) removed += 1;
    } catch (error) {
      throw storeError(error);
    }
    return removed;
  }
}
