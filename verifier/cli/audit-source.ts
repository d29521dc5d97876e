import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InputError } from '../src/audit/index.js';
import * as z from 'zod';

/** Where blocks come from, and how many there are where that is known. */
export interface BlockSource {
  readonly total: number | undefined;
  blocks(): AsyncIterable<Uint8Array>;
}

/** Largest block that is read; Fabric's own limit for messages is far below (fabric:sampleconfig, 100 MB). */
const MAX_BLOCK_BYTES = 200 * 1024 * 1024;
const NAME = /^(\d{1,15})\.block$/;

const recorded = z.object({
  blocks: z.array(z.object({ number: z.union([z.int(), z.string()]), base64: z.base64() })),
});

/**
 * `-`: blocks on standard input, each behind its length as a protobuf varint, as `tallystick-gateway blocks --stdout` writes them.
 * A directory: its files `<number>.block`. A file: JSON `{"blocks": [{"number", "base64"}]}`.
 * @param following until when to wait for further files in a directory, which must appear there whole @throws InputError BLOCK_UNREADABLE
 */
export async function openSource(
  name: string,
  stdin: AsyncIterable<Uint8Array>,
  following?: AbortSignal,
): Promise<BlockSource> {
  if (name === '-') return { total: undefined, blocks: () => delimited(stdin) };
  const isDirectory = await stat(name).then(
    (found) => found.isDirectory(),
    (cause: unknown) => {
      throw unreadable(`${name} cannot be read`, cause);
    },
  );
  if (!isDirectory) return ofFile(name);
  return following ? { total: undefined, blocks: () => followed(name, following) } : ofDirectory(name);
}

const unreadable = (message: string, cause?: unknown): InputError =>
  new InputError('BLOCK_UNREADABLE', message, { cause });

/** Not a Buffer, whose `slice` does not copy. */
const plain = ({ buffer, byteOffset, length }: Buffer): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length);

const POLL_MS = 500;

/** A growing directory: files by their number, each as soon as it is there. */
async function* followed(directory: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let number = 0; !signal.aborted;) {
    const bytes = await readFile(join(directory, `${number}.block`)).catch(absent);
    if (bytes) {
      yield plain(bytes);
      number += 1;
    } else await setTimeout(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

async function ofDirectory(directory: string): Promise<BlockSource> {
  const numbered = (await readdir(directory)).flatMap((name) => {
    const number = NAME.exec(name)?.[1];
    return number === undefined ? [] : [{ name, number: Number(number) }];
  });
  const names = numbered.sort((a, b) => a.number - b.number).map(({ name }) => name);
  return {
    total: names.length,
    async *blocks() {
      for (const name of names) yield plain(await readFile(join(directory, name)));
    },
  };
}

async function ofFile(file: string): Promise<BlockSource> {
  const { data } = recorded.safeParse(json(await readFile(file, 'utf8')));
  if (!data) throw unreadable(`${file} is neither a directory of blocks nor a file of them`);
  return {
    total: data.blocks.length,
    async *blocks() {
      for (const { base64 } of data.blocks) yield await Promise.resolve(plain(Buffer.from(base64, 'base64')));
    },
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function* delimited(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  let wanted = 1;
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    if (rest.length < wanted) continue;
    let message = cut(rest);
    for (; message.bytes; message = cut(rest)) {
      yield message.bytes;
      rest = rest.subarray(message.end);
    }
    wanted = message.end;
  }
  if (rest.length > 0) throw unreadable('the last block is cut off');
}

/** The first message of what has arrived, or how many bytes must be there before it is worth another look. */
function cut(bytes: Buffer): { readonly bytes?: Uint8Array; readonly end: number } {
  let length = 0;
  for (let at = 0; at < 5; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return { end: bytes.length + 1 };
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte >= 0x80) continue;
    if (length > MAX_BLOCK_BYTES) break;
    const end = at + 1 + length;
    return end <= bytes.length ? { bytes: new Uint8Array(bytes.subarray(at + 1, end)), end } : { end };
  }
  throw unreadable(`a block of more than ${MAX_BLOCK_BYTES} bytes, or no blocks at all`);
}
