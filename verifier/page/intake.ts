import { MAX_EVIDENCE_BYTES } from '@tallystick/chaincode/model';
import { evidenceBytes, IntakeError, isGzip, isUses } from '../src/intake/index.js';
import { Rejection } from '../src/rejection.js';
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
 * The evidence file, by the reader that the command has, too; why it was not taken in, where it is too large.
 * @throws ProblemError for a file that is not whole, is packed with brotli, or cannot be read
 */
export async function readEvidence(file: File): Promise<Uint8Array | Rejection> {
  if (file.size > MAX_EVIDENCE_BYTES) return new Rejection('TOO_LARGE', { bytes: `${file.size}` });
  const packed = await bytesOf(file, 'EVIDENCE_UNREADABLE');
  if (file.name.endsWith('.br') && !isGzip(packed)) throw new ProblemError('EVIDENCE_BROTLI');
  try {
    const bytes = evidenceBytes(packed, MAX_EVIDENCE_BYTES);
    if (isUses(bytes)) throw new ProblemError('EVIDENCE_USES');
    return bytes;
  } catch (cause) {
    if (!(cause instanceof IntakeError)) throw cause;
    if (cause.code === 'TOO_LARGE') return new Rejection('TOO_LARGE', { what: cause.message });
    throw new ProblemError(cause.code, cause.message, { cause });
  }
}

/** @throws ProblemError with this code when the file is gone, or may not be opened */
async function bytesOf(file: File, code: ProblemCode): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new ProblemError(code, String(cause), { cause });
  }
}

/** A trust file or a statement. @throws ProblemError TRUST_TOO_LARGE, TRUST_UNUSABLE when the file cannot be read */
export async function readTyped(file: File): Promise<Uint8Array> {
  if (file.size > MAX_TRUST_BYTES) throw new ProblemError('TRUST_TOO_LARGE', `${file.size}`);
  return bytesOf(file, 'TRUST_UNUSABLE');
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
