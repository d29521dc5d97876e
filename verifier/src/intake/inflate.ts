import { Z_BUF_ERROR, Z_NO_FLUSH, Z_OK, Z_STREAM_END, zlibInflate, zlibInflateInit2, ZStream } from 'pako';
import { IntakeError } from './intake-error.js';
import type { Output } from './output.js';

/** zlib's way to ask for DEFLATE alone, with the largest window that there is (RFC 1951, section 3.2.5). */
const RAW = -15;
const CHUNK = 1 << 15;

/**
 * Unpacks one DEFLATE stream (RFC 1951) that begins at a byte. By zlib's own rules, and not by those of whatever runs this: readers
 * that come with Node and with browsers differ in what they make of bytes behind its end, so that one file had two answers. Smaller
 * libraries do not do: fflate 0.8.3 does not tell where a stream ends, and its rules are not zlib's.
 * @returns where the stream ended
 * @throws IntakeError DAMAGED, CUT_SHORT, TOO_LARGE
 */
export function inflate(input: Uint8Array, at: number, output: Output): number {
  const stream = new ZStream();
  zlibInflateInit2(stream, RAW);
  Object.assign(stream, { input, next_in: at, avail_in: input.length - at });
  const chunk = new Uint8Array(CHUNK);
  for (;;) {
    Object.assign(stream, { output: chunk, next_out: 0, avail_out: CHUNK });
    const status = zlibInflate(stream, Z_NO_FLUSH);
    output.append(chunk.subarray(0, stream.next_out));
    if (status === Z_STREAM_END) return stream.next_in;
    if (status !== Z_OK && status !== Z_BUF_ERROR) throw new IntakeError('DAMAGED', stream.msg);
    // There was room for more, so it is the input that has ended.
    if (stream.avail_out > 0) throw new IntakeError('CUT_SHORT', 'within a block');
  }
}
