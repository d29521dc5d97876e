import { mkdir, rm } from 'node:fs/promises';
import type { CID } from 'multiformats/cid';
import type { Blocks, Import } from './blocks.js';
import { isBlockOf, isRaw, MAX_BLOCK_BYTES } from './cid.js';
import { KuboRefusal, orStoreError, storeError } from './kubo-errors.js';
import type { ImportJournal } from './import-journal.js';
import { beginKuboImport, type Car } from './kubo-import.js';
import type { KuboRpc } from './kubo-rpc.js';
import { PayloadError } from './port.js';

/** Blocks in the organisation's own Kubo. Every call but the ones of `newSwarmBlocks` is offline: Kubo asks nobody. */
export interface KuboBlocksOptions {
  readonly rpc: KuboRpc;
  readonly journal: ImportJournal;
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
  readonly #journal: ImportJournal;
  readonly #incoming: string;
  readonly #timeoutMs: number;

  constructor({ rpc, journal, incoming, timeoutMs }: KuboBlocksOptions) {
    this.#rpc = rpc;
    this.#journal = journal;
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
    await this.#journal.add(car.root.toString());
    await this.#import(car, signal);
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

  /**
   * Imports and pins under one lock of Kubo's, so that no garbage collection comes in between: pinned by a second call, a file of which
   * blocks were collected would be waited for, whatever `offline` says. To pin, Kubo reads every block once, and says nothing meanwhile.
   */
  async #import({ root, blocks, bytes, content }: Car, signal: AbortSignal | undefined): Promise<void> {
    const args = { 'pin-roots': true, stats: true, 'fast-provide-root': false };
    const answerMs = this.#timeoutMs + Math.ceil(bytes / PINNED_BYTES_PER_MS);
    const how = { signal, upload: { bytes, content }, answerMs };
    const answers: unknown[] = [];
    try {
      for await (const answer of this.#rpc.lines('dag/import', args, how)) answers.push(answer);
    } catch (error) {
      throw storeError(error);
    }
    requirePinned(answers, root.toString());
    const [count] = answers.flatMap((answer) => at(answer, 'Stats', 'BlockCount') ?? []);
    requireEqual('dag/import', JSON.stringify(count), String(blocks));
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

/** A pin that failed is a line of an answer with status 200. */
function requirePinned(answers: readonly unknown[], root: string): void {
  const pin = answers.find((answer) => at(answer, 'Root') !== undefined);
  const problem = at(pin, 'Root', 'PinErrorMsg');
  if (typeof problem === 'string' && problem !== '') {
    throw storeError(new KuboRefusal(`Kubo did not pin: ${problem}`));
  }
  requireEqual('dag/import', String(at(pin, 'Root', 'Cid', '/')), root);
}

/** A member of nested objects; `undefined` where there is none. */
const at = (value: unknown, ...names: readonly string[]): unknown =>
  names.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);

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
