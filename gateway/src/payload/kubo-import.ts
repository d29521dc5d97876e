import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { CID } from 'multiformats/cid';
import type { Import } from './blocks.js';
import { carHeader, carSection } from './car.js';
import { asStoreError } from './durable-files.js';

/** Brings a whole CAR into Kubo and pins its root. */
export type Deliver = (car: Car, signal: AbortSignal | undefined) => Promise<void>;

/** The blocks of one file, the root among them. Can be read again. */
export interface Car {
  readonly root: CID;
  readonly blocks: number;
  readonly bytes: number;
  readonly content: () => AsyncIterable<Uint8Array>;
}

/**
 * An import into Kubo, gathered in a file beside our own state and delivered when it is whole. Kubo would take blocks as they come, but:
 * a source may break off or be slow, and Kubo holds its garbage collection, and behind that all other imports, for as long as an import
 * takes; the root, which a CAR names first, is known last; and what was gathered can be delivered again.
 * @throws PayloadError STORE_FULL
 */
export async function beginKuboImport(incoming: string, deliver: Deliver): Promise<Import> {
  const path = join(incoming, `${randomUUID()}.blocks`);
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw asStoreError(error);
  });
  return new KuboImport(path, file, deliver);
}

class KuboImport implements Import {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #deliver: Deliver;
  #blocks = 0;
  #bytes = 0;

  constructor(path: string, file: FileHandle, deliver: Deliver) {
    this.#path = path;
    this.#file = file;
    this.#deliver = deliver;
  }

  async put(cid: CID, bytes: Uint8Array): Promise<void> {
    const section = [carSection(cid, bytes.length), bytes];
    for (const part of section) await this.#write(part);
    this.#blocks += 1;
  }

  async commit(root: CID, signal?: AbortSignal): Promise<void> {
    const header = carHeader(root);
    const path = this.#path;
    async function* content(): AsyncGenerator<Uint8Array> {
      yield header;
      yield* createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Uint8Array>;
    }
    const bytes = header.length + this.#bytes;
    await this.#deliver({ root, blocks: this.#blocks, bytes, content }, signal);
    await this.discard();
  }

  async discard(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      // A write may take less than it was given, when the disk is nearly full.
      for (let rest = bytes; rest.length > 0;) {
        const { bytesWritten } = await this.#file.write(rest);
        rest = rest.subarray(bytesWritten);
      }
    } catch (error) {
      throw asStoreError(error);
    }
    this.#bytes += bytes.length;
  }
}
