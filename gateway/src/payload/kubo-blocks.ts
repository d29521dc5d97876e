import { mkdir, rm } from 'node:fs/promises';
import type { CID } from 'multiformats/cid';
import type { Blocks, Import } from './blocks.js';
import { isBlockOf, isRaw, MAX_BLOCK_BYTES } from './cid.js';
import { KuboRefusal, KuboSilence, orStoreError, storeError } from './kubo-errors.js';
import { beginKuboImport, type Car } from './kubo-import.js';
import { pinName } from './kubo-pins.js';
import type { KuboRpc } from './kubo-rpc.js';
import { PayloadError } from './port.js';

/** Blocks in the organisation's own Kubo. Every call but the ones of `newSwarmBlocks` is offline: Kubo asks nobody. */
export interface KuboBlocksOptions {
  readonly rpc: KuboRpc;
  /** Imports under way are gathered here; swept at start, so one process a directory. */
  readonly incoming: string;
  /** Deadline of a call that moves no more than a block, milliseconds. */
  readonly timeoutMs: number;
}

/** Opens the directory of imports, and sweeps what a crash left there. Kubo need not be there yet. */
export async function openKuboBlocks(options: KuboBlocksOptions): Promise<Blocks> {
  await rm(options.incoming, { recursive: true, force: true });
  await mkdir(options.incoming, { recursive: true, mode: 0o700 });
  return new KuboBlocks(options);
}

const CODECS = { raw: 'raw', node: 'dag-pb' } as const;

// What a slow disk does at least: pinning reads every block of a file once, and says nothing meanwhile.
const PINNED_BYTES_PER_MS = 8 * 1024;

class KuboBlocks implements Blocks {
  readonly #rpc: KuboRpc;
  readonly #incoming: string;
  readonly #timeoutMs: number;

  constructor({ rpc, incoming, timeoutMs }: KuboBlocksOptions) {
    this.#rpc = rpc;
    this.#incoming = incoming;
    this.#timeoutMs = timeoutMs;
  }

  async read(cid: CID, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const args = { arg: cid.toString(), offline: true };
    const how = { signal, withinMs: this.#timeoutMs, limit: MAX_BLOCK_BYTES };
    const bytes = await this.#unlessMissing(this.#rpc.call('block/get', args, how), cid);
    // Kubo checks what it reads only where it is told to (Datastore.HashOnRead).
    if (bytes !== undefined && !isBlockOf(cid, bytes)) throw corrupt(cid);
    return bytes;
  }

  async has(cid: CID): Promise<boolean> {
    const args = { arg: cid.toString(), offline: true };
    const stat = this.#rpc.call('block/stat', args, { withinMs: this.#timeoutMs });
    return (await this.#unlessMissing(stat, cid)) !== undefined;
  }

  async keep(cid: CID, bytes: Uint8Array): Promise<void> {
    // What came over the swarm is there already.
    if (await this.has(cid)) return;
    const args = { 'cid-codec': isRaw(cid) ? CODECS.raw : CODECS.node, mhtype: 'sha2-256', pin: false };
    const upload = { bytes: bytes.length, content: () => once(bytes) };
    const call = this.#rpc.call('block/put', args, { upload, withinMs: this.#timeoutMs });
    requireEqual('block/put', stringAt(await orStoreError(call), 'Key'), cid.toString());
  }

  begin(): Promise<Import> {
    return beginKuboImport(this.#incoming, (car, signal) => this.#deliver(car, signal));
  }

  async #deliver(car: Car, signal: AbortSignal | undefined): Promise<void> {
    await this.#admit(car, signal);
    await orStoreError(this.#import(car, signal));
    if (await this.#isPinned(car, signal)) return;
    await orStoreError(this.#import(car, signal));
    await orStoreError(this.#pin(car, signal));
  }

  /**
   * Nothing holds the blocks before they are pinned, so a garbage collection in between may have taken some. Kubo then says so of the root;
   * for any other block it waits, whatever `offline` says, until the call is given up.
   */
  async #isPinned(car: Car, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await this.#pin(car, signal);
      return true;
    } catch (error) {
      if (error instanceof KuboSilence || (error instanceof KuboRefusal && error.isMissing)) return false;
      throw storeError(error);
    }
  }

  /** Kubo's own limit only makes it collect garbage; it takes whatever comes, until the disk is full. */
  async #admit({ bytes }: Car, signal: AbortSignal | undefined): Promise<void> {
    const how = { signal, withinMs: this.#timeoutMs };
    const stat = objectOf(await orStoreError(this.#rpc.call('repo/stat', { 'size-only': true }, how)));
    const [size, most] = [Number(stat['RepoSize']), Number(stat['StorageMax'])];
    if (size + bytes > most) {
      throw new PayloadError(
        'STORE_FULL',
        `Kubo holds ${size} bytes and may hold ${most} (Datastore.StorageMax)`,
      );
    }
  }

  /** Unpinned, so without Kubo's lock; that the pin then finds every block is the proof that all have arrived. */
  async #import({ blocks, bytes, content }: Car, signal: AbortSignal | undefined): Promise<void> {
    const args = { 'pin-roots': false, stats: true, 'fast-provide-root': false };
    const answer = await this.#rpc.call('dag/import', args, { signal, upload: { bytes, content } });
    const count = objectOf(answer)['Stats'];
    requireEqual('dag/import', String(isObject(count) ? count['BlockCount'] : undefined), String(blocks));
  }

  async #pin({ root, bytes }: Car, signal: AbortSignal | undefined): Promise<void> {
    const args = { arg: root.toString(), name: pinName(Date.now()), offline: true };
    const withinMs = this.#timeoutMs + Math.ceil(bytes / PINNED_BYTES_PER_MS);
    const answer = await this.#rpc.call('pin/add', args, { signal, withinMs, stallMs: withinMs });
    const pins = objectOf(answer)['Pins'];
    requireEqual('pin/add', Array.isArray(pins) ? pins.join() : '', root.toString());
  }

  async #unlessMissing(answer: Promise<Buffer>, cid: CID): Promise<Buffer | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof KuboRefusal && error.isMissing) return undefined;
      if (error instanceof KuboRefusal && error.isCorrupt) throw corrupt(cid);
      throw storeError(error);
    }
  }
}

function requireEqual(path: string, said: string | undefined, expected: string): void {
  if (said === expected) return;
  throw new PayloadError('STORE_FAILED', `Kubo’s ${path} answered ${String(said)} where ${expected} was put`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function objectOf(answer: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(answer.toString('utf8'));
    return isObject(value) ? value : {};
  } catch (cause) {
    throw new PayloadError('STORE_FAILED', 'Kubo answered something that is no JSON', { cause });
  }
}

function stringAt(answer: Buffer, name: string): string | undefined {
  const value = objectOf(answer)[name];
  return typeof value === 'string' ? value : undefined;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const corrupt = (cid: CID): PayloadError =>
  new PayloadError('BLOCK_CORRUPT', `the block ${cid.toString()} in Kubo is not the bytes its CID names`);
