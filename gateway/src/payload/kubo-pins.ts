import { KuboRefusal, storeError } from './kubo-errors.js';
import type { KuboRpc } from './kubo-rpc.js';

/** Pins of this gateway carry its name and their time, so that those which an operator made are never touched. */
const PREFIX = 'tallystick ';

/** @param at milliseconds since 1970 */
export const pinName = (at: number): string => PREFIX + new Date(at).toISOString();

const timeOf = (name: string): number =>
  name.startsWith(PREFIX) ? Date.parse(name.slice(PREFIX.length)) : NaN;

/** What a sweep did. */
export interface Swept {
  readonly pins: number;
  readonly released: readonly string[];
}

/** Lets go of what was imported, and makes room. Nothing else does: pins are for ever. @throws PayloadError STORE_FAILED */
export interface KuboPins {
  /** Unpins one file, as after a registration that was given up. Unpinning what is not pinned is no error. */
  release(cid: string): Promise<void>;
  /**
   * Releases every file that this gateway pinned before a time (milliseconds since 1970) and that nobody needs: what a crash between import
   * and registration left. `before` must lie further back than the longest registration takes.
   */
  sweep(isNeeded: (cid: string) => Promise<boolean>, before: number): Promise<Swept>;
  /** Removes what no pin holds; also blocks fetched from others. Holds all of Kubo's imports meanwhile. Resolves with how many went. */
  collectGarbage(withinMs: number): Promise<number>;
}

export function newKuboPins(rpc: KuboRpc, timeoutMs: number): KuboPins {
  return new Pins(rpc, timeoutMs);
}

class Pins implements KuboPins {
  readonly #rpc: KuboRpc;
  readonly #timeoutMs: number;

  constructor(rpc: KuboRpc, timeoutMs: number) {
    this.#rpc = rpc;
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
    const released: string[] = [];
    let pins = 0;
    // All of them first: a list that is read while pins go may miss some.
    const old: string[] = [];
    for await (const { cid, name } of this.#own()) {
      pins += 1;
      if (timeOf(name) < before) old.push(cid);
    }
    for (const cid of old) {
      if (await isNeeded(cid)) continue;
      await this.release(cid);
      released.push(cid);
    }
    return { pins, released };
  }

  async collectGarbage(withinMs: number): Promise<number> {
    let removed = 0;
    for await (const _ of this.#lines('repo/gc', {}, { withinMs, stallMs: withinMs })) removed += 1;
    return removed;
  }

  async *#own(): AsyncGenerator<{ cid: string; name: string }> {
    const args = { type: 'recursive', names: true, stream: true };
    for await (const line of this.#lines('pin/ls', args)) {
      const { Cid: cid, Name: name } = line as { Cid?: unknown; Name?: unknown };
      if (typeof cid === 'string' && typeof name === 'string' && name.startsWith(PREFIX)) yield { cid, name };
    }
  }

  async *#lines(...call: Parameters<KuboRpc['lines']>): AsyncGenerator {
    try {
      yield* this.#rpc.lines(...call);
    } catch (error) {
      throw storeError(error);
    }
  }
}
