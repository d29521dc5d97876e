import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as age from 'age-encryption';
import { expect } from 'chai';
import { readHeader } from '../../src/payload/header.js';
import {
  newBlockStore,
  newRecipient,
  openPayload,
  rewrap,
  sealPayload,
  unwrapFileKey,
} from '../../src/payload/index.js';
import { openStream } from '../../src/payload/seal-stream.js';
import { collect, EDGE_SIZES, inDirectory, newMemoryStore, someBytes, streamOf } from './fixtures.js';

const hasAgeCli = spawnSync('age', ['--version']).status === 0;

async function openAttached(file: Uint8Array, identity: string): Promise<Buffer> {
  const { bytes } = readHeader(file);
  const fileKey = unwrapFileKey(file.subarray(0, bytes), identity);
  return collect(openStream(streamOf(file.subarray(bytes)), fileKey, () => undefined));
}

/** A sealed payload with its header in front: an ordinary age file. */
async function sealAttached(plain: Uint8Array, recipient: string): Promise<Buffer> {
  const store = newMemoryStore();
  const { header, cid } = await sealPayload(streamOf(plain, [9999]), recipient, store);
  return Buffer.concat([header, store.payloads.get(cid) ?? Buffer.alloc(0)]);
}

describe('payload: other implementations of age', () => {
  it('age-encryption opens what is sealed here, at all chunk edges', async () => {
    for (const size of EDGE_SIZES) {
      const { identity, recipient } = newRecipient();
      const plain = someBytes(size);
      const decrypter = new age.Decrypter();
      decrypter.addIdentity(identity);
      const opened = await decrypter.decrypt(await sealAttached(plain, recipient));
      expect(Buffer.from(opened).equals(plain), `${size} bytes`).to.equal(true);
    }
  });

  it('what age-encryption sealed is opened here, at all chunk edges and for several recipients', async () => {
    for (const size of EDGE_SIZES) {
      const { identity, recipient } = newRecipient();
      const plain = someBytes(size);
      const encrypter = new age.Encrypter();
      for (const each of [newRecipient().recipient, recipient]) encrypter.addRecipient(each);
      const opened = await openAttached(await encrypter.encrypt(plain), identity);
      expect(opened.equals(plain), `${size} bytes`).to.equal(true);
    }
  });

  it('the age CLI opens what is sealed here, under the first and under a re-wrapped header', async function () {
    if (!hasAgeCli) {
      console.log('      (skipped: no `age` on PATH)');
      this.skip();
    }
    await inDirectory(async (directory) => {
      const [owner, consumer] = [newRecipient(), newRecipient()];
      const store = await newBlockStore(join(directory, 'store'));
      const plain = someBytes(3_000_000);
      const sealed = await sealPayload(streamOf(plain), owner.recipient, store);
      const payload = await collect(store.get(sealed.cid));
      const headers = [
        { header: sealed.header, identity: owner.identity },
        { header: rewrap(sealed.header, owner.identity, consumer.recipient), identity: consumer.identity },
      ];
      for (const { header, identity } of headers) {
        const key = join(directory, 'key');
        writeFileSync(key, `${identity}\n`, { mode: 0o600 });
        const input = Buffer.concat([header, payload]);
        const opened = execFileSync('age', ['-d', '-i', key], { input, maxBuffer: 16 * 1024 * 1024 });
        expect(opened.equals(plain)).to.equal(true);
      }
    });
  });

  it('what the age CLI sealed is stored and opened here', async function () {
    if (!hasAgeCli) {
      console.log('      (skipped: no `age` on PATH)');
      this.skip();
    }
    await inDirectory(async (directory) => {
      const { identity, recipient } = newRecipient();
      const plain = someBytes(2_500_000);
      const file = execFileSync('age', ['-r', recipient], { input: plain, maxBuffer: 16 * 1024 * 1024 });
      const { bytes } = readHeader(file);
      const store = await newBlockStore(join(directory, 'store'));
      const { cid } = await store.put(streamOf(file.subarray(bytes)));
      const header = file.subarray(0, bytes);
      const request = {
        header,
        identity,
        cid,
        store,
        bytes: BigInt(plain.length),
        commitment: 'sha256:unknown',
      };
      const parts: Uint8Array[] = [];
      await expectMismatch(async () => {
        for await (const part of openPayload(request)) parts.push(part);
      });
      expect(Buffer.concat(parts).equals(plain)).to.equal(true);
    });
  });
});

/** The CLI knows of no commitment, so everything opens and the end refuses. */
async function expectMismatch(work: () => Promise<void>): Promise<void> {
  const error: unknown = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.have.property('code', 'COMMITMENT_MISMATCH');
}
