import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PayloadError, type ContentStore, type PayloadErrorCode } from '../../src/payload/index.js';

/** A directory that is gone after the test. */
export async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'tallystick-payload-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The bytes as a stream, cut at the given sizes (cyclic); empty buffers included where a size is 0. */
export async function* streamOf(
  bytes: Uint8Array,
  sizes: readonly number[] = [64 * 1024],
): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield await Promise.resolve(bytes.subarray(at, at + size));
    at += size;
  }
}

export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** What a stream yields until it ends or throws. */
export async function collectUntilError(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ bytes: Buffer; error: unknown }> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of stream) parts.push(part);
    return { bytes: Buffer.concat(parts), error: undefined };
  } catch (error) {
    return { bytes: Buffer.concat(parts), error };
  }
}

export async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

export function expectCode(error: unknown, code: PayloadErrorCode): void {
  expect(error, `expected ${code}`).to.be.instanceOf(PayloadError);
  expect((error as PayloadError).code).to.equal(code);
}

/** Runs to its end or error, synchronously. */
export function thrown(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** All files below a directory, as paths relative to it. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Puts and gets whole payloads in memory: for tests of sealing alone. */
export function newMemoryStore(): ContentStore & { readonly payloads: Map<string, Buffer> } {
  const payloads = new Map<string, Buffer>();
  return {
    payloads,
    async put(source) {
      const bytes = await collect(source);
      const cid = `memory-${payloads.size}`;
      payloads.set(cid, bytes);
      return { cid, bytes: BigInt(bytes.length) };
    },
    get: (cid) => streamOf(payloads.get(cid) ?? Buffer.alloc(0), [1 << 20]),
    block: () => Promise.reject(new PayloadError('BLOCK_MISSING', 'no blocks here')),
    has: (cid) => Promise.resolve(payloads.has(cid)),
    close: () => Promise.resolve(),
  };
}

/** Sizes around the edges of chunks (64 KiB) and leaves (1 MiB). */
export const EDGE_SIZES = [
  0, 1, 15, 16, 65519, 65520, 65535, 65536, 65537, 131071, 131072, 131073, 1048575, 1048576, 1048577,
];

export const someBytes = (length: number): Buffer => randomBytes(length);
