import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** The same bytes moved plainly, with SHA-256: what sealing and opening are compared with. */

export async function writePlainly(path: string, source: AsyncIterable<Uint8Array>): Promise<void> {
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const bytes of source) {
      hash.update(bytes);
      yield bytes;
    }
  }
  await pipeline(hashed(), createWriteStream(path));
  hash.digest();
}

export async function readPlainly(path: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(bytes);
  hash.digest();
}
