import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { StreamAnswer } from './answer.js';

/** A source that has another length than it announced. */
class LengthMismatch extends Error {
  override readonly name = 'LengthMismatch';
  readonly code = 'LENGTH_MISMATCH';
}

/**
 * The same bytes, one piece late: the last piece leaves only after the source has ended well and with its announced length. A source
 * that finds out at its end that the whole is wrong has then never been passed on as a whole, whatever the client makes of a broken
 * connection. Throws what the source throws, and LengthMismatch.
 */
async function* onePieceLate(source: AsyncIterable<Uint8Array>, bytes: bigint): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined;
  let left = bytes;
  for await (const piece of source) {
    if (held !== undefined) yield held;
    held = piece;
    left -= BigInt(piece.length);
  }
  if (left !== 0n) throw new LengthMismatch('the source has another length than it announced');
  if (held !== undefined) yield held;
}

async function* after(
  first: IteratorResult<Uint8Array, void>,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

/**
 * Send a stream. What goes wrong before the first byte is thrown with nothing sent, so it can still be answered as a problem; what
 * goes wrong later destroys the connection (and is thrown too), as does what ends it from outside. A client that leaves ends the
 * source.
 */
export async function sendStream(
  response: ServerResponse,
  { status, headers, stream, bytes, ending }: StreamAnswer,
): Promise<void> {
  const pieces = onePieceLate(stream, bytes);
  const first = await pieces.next();
  response.writeHead(status, { ...headers, 'content-length': bytes.toString() });
  try {
    await pipeline(after(first, pieces), response, { ...(ending && { signal: ending }) });
  } catch (error) {
    ending?.throwIfAborted();
    throw error;
  }
}
