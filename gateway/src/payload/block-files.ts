import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, opendir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CID } from 'multiformats/cid';
import PQueue from 'p-queue';
import type { Blocks, Import } from './blocks.js';
import { isBlockOf, MAX_BLOCK_BYTES } from './cid.js';
import { asStoreError, isMissing, readAtMost, syncDirectory, writeSynced } from './durable-files.js';
import { PayloadError } from './port.js';

// CID's last character but one: the last one holds only three bits of the digest.
const SHARDS = 'abcdefghijklmnopqrstuvwxyz234567';
const shardOf = (cid: string): string => cid.slice(-2, -1);

// Enough to keep encrypting while the disk syncs; bounds the memory of an import to as many blocks.
const WRITES_UNDER_WAY = 4;

/**
 * Blocks as files, `blocks/<shard>/<cid>`. A file is written and synced under `incoming/` and then renamed, so what stands
 * under a CID is whole, and a crash leaves nothing but temporary files, which are swept at start.
 * One process a directory: the sweep would take another's imports.
 */
export async function openBlockFiles(directory: string): Promise<Blocks> {
  const incoming = join(directory, 'incoming');
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  await Promise.all(
    Array.from(SHARDS).map((shard) =>
      mkdir(join(directory, 'blocks', shard), { recursive: true, mode: 0o700 }),
    ),
  );
  await syncDirectory(join(directory, 'blocks'));
  await syncDirectory(directory);
  return new DiskBlockFiles(directory);
}

class DiskBlockFiles implements Blocks {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async read(cid: CID): Promise<Uint8Array | undefined> {
    // One byte more than a block may have: a file that is too long then fails the digest, whatever its length.
    const bytes = await readAtMost(this.#path(cid.toString()), MAX_BLOCK_BYTES + 1);
    if (bytes !== undefined && !isBlockOf(cid, bytes)) throw corrupt(cid);
    return bytes;
  }

  async has(cid: CID): Promise<boolean> {
    try {
      await access(this.#path(cid.toString()), constants.R_OK);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async keep(cid: CID, bytes: Uint8Array): Promise<void> {
    const temporary = join(this.#directory, 'incoming', randomUUID());
    try {
      await writeSynced(temporary, bytes);
      await rename(temporary, this.#path(cid.toString()));
    } catch (error) {
      await rm(temporary, { force: true });
      throw asStoreError(error);
    }
  }

  async remove(cid: CID): Promise<void> {
    const path = this.#path(cid.toString());
    await rm(path, { force: true });
    await syncDirectory(dirname(path));
  }

  async begin(): Promise<Import> {
    const incoming = join(this.#directory, 'incoming', randomUUID());
    await mkdir(incoming, { mode: 0o700 }).catch((error: unknown) => {
      throw asStoreError(error);
    });
    return new DiskImport(incoming, (cid) => this.#path(cid));
  }

  #path(cid: string): string {
    return join(this.#directory, 'blocks', shardOf(cid), cid);
  }
}

class DiskImport implements Import {
  readonly #incoming: string;
  readonly #path: (cid: string) => string;
  readonly #writes = new PQueue({ concurrency: WRITES_UNDER_WAY });
  #failure: unknown;

  constructor(incoming: string, path: (cid: string) => string) {
    this.#incoming = incoming;
    this.#path = path;
  }

  async put(cid: CID, bytes: Uint8Array): Promise<void> {
    await this.#writes.onSizeLessThan(1);
    this.#throwIfFailed();
    const write = (): Promise<void> => writeSynced(join(this.#incoming, cid.toString()), bytes);
    this.#writes.add(write).catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  async commit(root: CID): Promise<void> {
    await this.#writes.onIdle();
    this.#throwIfFailed();
    try {
      await this.#publish(root.toString());
    } catch (error) {
      throw asStoreError(error);
    }
  }

  async discard(): Promise<void> {
    this.#writes.clear();
    await this.#writes.onIdle();
    await rm(this.#incoming, { recursive: true, force: true });
  }

  /** The root appears after all it names is durable: a crash in between leaves blocks that nobody asks for. */
  async #publish(root: string): Promise<void> {
    const touched = new Set<string>();
    for await (const { name } of await opendir(this.#incoming)) {
      if (name === root) continue;
      touched.add(dirname(this.#path(name)));
      await rename(join(this.#incoming, name), this.#path(name));
    }
    await Promise.all([...touched].map(syncDirectory));
    await rename(join(this.#incoming, root), this.#path(root));
    await syncDirectory(dirname(this.#path(root)));
    await rm(this.#incoming, { recursive: true, force: true });
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw asStoreError(this.#failure);
  }
}

const corrupt = (cid: CID): PayloadError =>
  new PayloadError('BLOCK_CORRUPT', `the stored block ${cid.toString()} is not the bytes its CID names`);
