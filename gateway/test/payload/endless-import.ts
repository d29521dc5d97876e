import { randomBytes } from 'node:crypto';
import { newBlockStore } from '../../src/payload/index.js';

/** Started and killed by the test of the block store: imports a file that never ends, and says when blocks are there. */
const store = await newBlockStore(process.argv[2] ?? '');

async function* endless(): AsyncGenerator<Uint8Array> {
  for (let leaf = 0; ; leaf += 1) {
    yield await Promise.resolve(randomBytes(1024 * 1024));
    if (leaf === 12) process.stdout.write('importing\n');
    if (leaf > 12) await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

await store.put(endless());
