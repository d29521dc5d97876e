import { once } from 'node:events';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { EvidenceSource } from '../ledger/evidence-source.js';
import { ChainBroken } from '../ledger/port-errors.js';
import { hashOf, rawBlockOf } from '../ledger/raw-block.js';

/** Where blocks go. */
export interface BlockSink {
  /** Hash of the block before the first that is wanted, where it is known. */
  readonly before: string | undefined;
  /** Number of the first block that is wanted. */
  readonly from: bigint;
  readonly put: (number: bigint, bytes: Uint8Array) => Promise<void>;
}

const fileOf = (directory: string, number: bigint): string => join(directory, `${number.toString()}.block`);

async function kept(directory: string, number: bigint): Promise<Uint8Array | undefined> {
  try {
    return await readFile(fileOf(directory, number));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * `<number>.block` (common.Block) in a directory; goes on after the last of those that are there, each of which has to follow from the one
 * before it. Throws ChainBroken when they do not.
 */
export async function directorySink(directory: string, from: bigint): Promise<BlockSink> {
  await mkdir(directory, { recursive: true });
  let before: string | undefined;
  let number = from;
  for (let bytes = await kept(directory, number); bytes; bytes = await kept(directory, number)) {
    before = followed(number, bytes, before);
    number += 1n;
  }
  const put = async (at: bigint, bytes: Uint8Array): Promise<void> => {
    // Whole or not at all: a copy that was interrupted goes on where it was.
    const partial = `${fileOf(directory, at)}.part`;
    const file = await open(partial, 'w');
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    await rename(partial, fileOf(directory, at));
  };
  return { before, from: number, put };
}

/** One block after the other, each after its length as a varint (protobuf's delimited form). */
export function streamSink(stream: Writable, from: bigint): BlockSink {
  const put = async (_: bigint, bytes: Uint8Array): Promise<void> => {
    stream.write(varint(bytes.length));
    if (!stream.write(bytes)) await once(stream, 'drain');
  };
  return { before: undefined, from, put };
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

/** Hash of the block, when it is that number and points back to `before`. */
function followed(number: bigint, bytes: Uint8Array, before: string | undefined): string {
  const block = rawBlockOf(bytes);
  if (block.number !== number) throw new ChainBroken(number, 'this is another block');
  if (before !== undefined && Buffer.from(block.previousHash).toString('hex') !== before)
    throw new ChainBroken(number, 'does not point back to the block before it');
  return hashOf(block);
}

/** Blocks asked for ahead: a peer answers several at a time as fast as one. */
const AHEAD = 8n;

/**
 * Copies the own peer's blocks, up to the newest there was when it began, and checks that each follows from the one before it.
 * Returns how many. Throws LedgerError.
 */
export async function copyBlocks(
  source: Pick<EvidenceSource, 'height' | 'blockBytes'>,
  { from, before, put }: BlockSink,
  progress: (number: bigint, last: bigint) => void,
): Promise<bigint> {
  const last = await source.height();
  const coming = new Map<bigint, Promise<Uint8Array>>();
  let hash = before;
  for (let number = from; number <= last; number += 1n) {
    for (let ahead = number; ahead < number + AHEAD && ahead <= last; ahead += 1n)
      if (!coming.has(ahead)) coming.set(ahead, quiet(source.blockBytes(ahead)));
    const bytes = await (coming.get(number) ?? source.blockBytes(number));
    coming.delete(number);
    hash = followed(number, bytes, hash);
    await put(number, bytes);
    progress(number, last);
  }
  return last < from ? 0n : last - from + 1n;
}

// Whoever waits for it hears of a failure; one that is never waited for must not end the process.
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
