import { join } from 'node:path';
import { newKuboStore, type KuboStore } from '../../src/payload/index.js';
import { startFakeKubo, type FakeKubo } from './fake-kubo.js';
import { inDirectory } from './fixtures.js';

export const QUICK = { timeoutMs: 250, fetchTimeoutMs: 250 };

/** A store over a fake Kubo that is quick to give up, and the directory of its imports. */
export async function withKubo(
  work: (fake: FakeKubo, store: KuboStore, directory: string) => Promise<void>,
): Promise<void> {
  const fake = await startFakeKubo();
  try {
    await inDirectory(async (directory) => {
      await work(
        fake,
        await newKuboStore({ api: fake.api, directory, ...QUICK }),
        join(directory, 'incoming'),
      );
    });
  } finally {
    await fake.close();
  }
}
