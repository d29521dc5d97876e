import { MAX_EVIDENCE_BYTES } from '@tallystick/chaincode/model';
import { MAX_TRUST_BYTES } from '../src/trust/file.js';
import { ProblemError, type ProblemCode } from './task.js';

/** A stream as what `for await` takes: not every browser iterates streams itself. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    // Whoever stops early (a bound was passed) must not leave a decompressor running.
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * The evidence file, unpacked when it begins as gzip does (RFC 1952), whatever its name says.
 * @throws ProblemError EVIDENCE_TOO_LARGE before more than the bound is held in memory, EVIDENCE_UNREADABLE
 */
export async function readEvidence(file: File): Promise<Uint8Array> {
  if (file.size > MAX_EVIDENCE_BYTES) throw new ProblemError('EVIDENCE_TOO_LARGE', `${file.size}`);
  try {
    const stream = (await isGzip(file))
      ? file.stream().pipeThrough(new DecompressionStream('gzip'))
      : file.stream();
    return await whole(stream, MAX_EVIDENCE_BYTES, 'EVIDENCE_TOO_LARGE');
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw new ProblemError('EVIDENCE_UNREADABLE', String(cause), { cause });
  }
}

/** @throws ProblemError TRUST_TOO_LARGE, TRUST_UNUSABLE when the file cannot be read */
export async function readTrustBytes(file: File): Promise<Uint8Array> {
  try {
    return await whole(file.stream(), MAX_TRUST_BYTES, 'TRUST_TOO_LARGE');
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw new ProblemError('TRUST_UNUSABLE', String(cause), { cause });
  }
}

/**
 * The payload chunk by chunk, never whole in memory.
 * @throws ProblemError PAYLOAD_UNREADABLE
 */
export async function* readPayload(file: File): AsyncGenerator<Uint8Array> {
  try {
    yield* chunksOf(file.stream());
  } catch (cause) {
    throw new ProblemError('PAYLOAD_UNREADABLE', String(cause), { cause });
  }
}

async function isGzip(file: File): Promise<boolean> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0x1f && second === 0x8b;
}

async function whole(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  code: ProblemCode,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of chunksOf(stream)) {
    length += part.length;
    if (length > limit) throw new ProblemError(code, `> ${limit}`);
    parts.push(part);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
