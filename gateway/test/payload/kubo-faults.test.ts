import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { newKuboStore } from '../../src/payload/index.js';
import { answerJson, blocksOfCar, fileOf, imported, refuse, type FakeKubo } from './fake-kubo.js';
import { QUICK, withKubo } from './with-kubo.js';
import {
  collect,
  collectUntilError,
  expectCode,
  filesBelow,
  inDirectory,
  rejection,
  someBytes,
  streamOf,
} from './fixtures.js';
import { times } from '../../../test/sampling.js';

const MiB = 1024 * 1024;

/** An import fails with this code; nothing is pinned, nothing is left to be imported. */
async function expectNoImport(
  code: 'STORE_FAILED' | 'STORE_FULL',
  arrange: (fake: FakeKubo) => void,
  says = /./,
): Promise<void> {
  await withKubo(async (fake, store, incoming) => {
    arrange(fake);
    const error = await rejection(store.put(streamOf(someBytes(3 * MiB))));
    expectCode(error, code);
    expect(error).to.have.property('message').that.matches(says);
    expect([...fake.pins]).to.deep.equal([]);
    expect(await filesBelow(incoming)).to.deep.equal([]);
  });
}

/** A read of a stored file fails with this code, having yielded nothing. */
async function expectNoBytes(
  code: 'STORE_FAILED' | 'BLOCK_CORRUPT' | 'BLOCK_MISSING',
  arrange: (fake: FakeKubo, cid: string) => void,
): Promise<void> {
  await withKubo(async (fake, store) => {
    const { cid } = await store.put(streamOf(someBytes(1000)));
    arrange(fake, cid);
    expectCode(await rejection(store.block(cid)), code);
    const { bytes, error } = await collectUntilError(store.get(cid));
    expectCode(error, code);
    expect(bytes.length).to.equal(0);
  });
}

describe('payload: an import into a Kubo that', function () {
  it('is not there', () =>
    withKubo(async (fake, store, incoming) => {
      await fake.close();
      expectCode(await rejection(store.put(streamOf(someBytes(10)))), 'STORE_FAILED');
      expect(await store.verdict()).to.equal('Kubo cannot be reached');
      expect(await filesBelow(incoming)).to.deep.equal([]);
    }));

  it('takes no bytes any more, in the middle of the upload', () =>
    withKubo(async (fake, store, incoming) => {
      fake.intercept = (path, request) => path === 'dag/import' && (request.pause(), true);
      const start = Date.now();
      const error = await rejection(store.put(streamOf(someBytes(40 * MiB))));
      expectCode(error, 'STORE_FAILED');
      expect(error).to.have.property('message').that.includes('stalled');
      expect(Date.now() - start).to.be.lessThan(30_000);
      expect(await filesBelow(incoming)).to.deep.equal([]);
    }));

  it('takes all bytes and does not answer', () =>
    expectNoImport(
      'STORE_FAILED',
      (fake) => (fake.answer = ({ path }) => path === 'dag/import' || undefined),
      /stalled/,
    ));

  it('breaks the connection in the middle of the upload', () =>
    expectNoImport('STORE_FAILED', (fake) => {
      fake.intercept = (path, request) => {
        if (path === 'dag/import') request.once('data', () => request.destroy());
        return path === 'dag/import';
      };
    }));

  it('answers with an error before it has read the upload, and closes', () =>
    expectNoImport('STORE_FAILED', (fake) => {
      fake.intercept = (path, request, response) => {
        if (path !== 'dag/import') return false;
        response.on('finish', () => request.destroy());
        refuse(response, 'import failed');
        return true;
      };
    }));

  const answering =
    (...lines: readonly object[]) =>
    (fake: FakeKubo): void => {
      fake.answer = ({ path }, response) =>
        path === 'dag/import' ? answerJson(response, ...lines) : undefined;
    };

  it('does not pin, and says so in a line of an answer with status 200', () =>
    withKubo(async (fake, store) => {
      fake.answer = ({ path, body }, response) => {
        if (path !== 'dag/import') return undefined;
        const found = blocksOfCar(fileOf(body));
        return answerJson(response, ...imported(found.at(-1)?.[0] ?? '', found.length, 'block was lost'));
      };
      const error = await rejection(store.put(streamOf(someBytes(3 * MiB))));
      expectCode(error, 'STORE_FAILED');
      expect(error).to.have.property('message').that.includes('did not pin: block was lost');
    }));

  it('says in a trailer, after status 200, that it did not pin', () =>
    withKubo(async (fake, store) => {
      fake.answer = ({ path, body }, response) => {
        if (path !== 'dag/import') return undefined;
        const found = blocksOfCar(fileOf(body));
        response.writeHead(200, { trailer: 'X-Stream-Error' });
        for (const line of imported(found.at(-1)?.[0] ?? '', found.length))
          response.write(JSON.stringify(line) + '\n');
        response.addTrailers({ 'X-Stream-Error': 'context canceled' });
        return response.end();
      };
      const error = await rejection(store.put(streamOf(someBytes(3 * MiB))));
      expectCode(error, 'STORE_FAILED');
      expect(error).to.have.property('message', 'context canceled');
    }));

  it('pinned something else', () =>
    expectNoImport('STORE_FAILED', answering(...imported('bafkqaaa', 4)), /answered bafkqaaa where/));

  it('says nothing of a pin', () => expectNoImport('STORE_FAILED', answering({ Stats: { BlockCount: 4 } })));

  it('says nothing', () => expectNoImport('STORE_FAILED', answering()));

  it('counted fewer blocks than were sent', () =>
    withKubo(async (fake, store) => {
      fake.answer = ({ path, body }, response) => {
        if (path !== 'dag/import') return undefined;
        return answerJson(response, ...imported(blocksOfCar(fileOf(body)).at(-1)?.[0] ?? '', 3));
      };
      const error = await rejection(store.put(streamOf(someBytes(3 * MiB))));
      expectCode(error, 'STORE_FAILED');
      expect(error).to.have.property('message').that.includes('dag/import answered 3 where 4');
    }));

  it('is something else: its answers are no JSON', () =>
    expectNoImport('STORE_FAILED', (fake) => (fake.answer = (_, response) => response.end('<html>'))));

  it('has a full disk', () =>
    expectNoImport('STORE_FULL', (fake) => {
      fake.answer = (call, response) =>
        call.path === 'dag/import' ? refuse(response, 'write /blocks/X: no space left on device') : undefined;
    }));

  it('would pass its storage limit: nothing is sent', () =>
    withKubo(async (fake, store) => {
      fake.storageMax = 2 * MiB;
      expectCode(await rejection(store.put(streamOf(someBytes(3 * MiB)))), 'STORE_FULL');
      expect(fake.calls.map(({ path }) => path)).to.deep.equal(['repo/stat']);
      await store.put(streamOf(someBytes(MiB)));
    }));

  it('is not reached, for our own disk is full before (a tmpfs of 6 MiB): nothing is left, and smaller files go on', async function () {
    await withKubo(async (fake, _, directory) => {
      if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', directory]).status !== 0) {
        console.log('      (skipped: may not mount a tmpfs here)');
        this.skip();
      }
      try {
        const store = await newKuboStore({ api: fake.api, directory, ...QUICK });
        expectCode(await rejection(store.put(streamOf(someBytes(20 * MiB)))), 'STORE_FULL');
        expect(await filesBelow(directory)).to.deep.equal([]);
        expect(fake.calls).to.deep.equal([]);
        const { cid } = await store.put(streamOf(someBytes(2 * MiB)));
        expect([...fake.pins]).to.deep.equal([cid]);
      } finally {
        spawnSync('umount', [directory]);
      }
    });
  });

  it('fails at any step: the file is pinned and readable, or the import failed (property)', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<'ok' | 'refuse' | 'break' | 'pin'>('ok', 'refuse', 'break', 'pin'), {
          minLength: 4,
          maxLength: 4,
        }),
        fc.nat(3 * MiB),
        (faults, size) =>
          withKubo(async (fake, store, incoming): Promise<void> => {
            let step = 0;
            fake.answer = (_, response) => {
              const fault = faults[step++];
              if (fault === 'pin') return answerJson(response, ...imported('bafkqaaa', 1, 'lost'));
              if (fault === 'refuse') return refuse(response, 'no');
              return fault === 'break' ? response.destroy() : undefined;
            };
            const file = someBytes(size);
            const outcome = await store.put(streamOf(file)).catch((error: unknown) => error);
            fake.answer = undefined;
            expect(await filesBelow(incoming)).to.deep.equal([]);
            if (outcome instanceof Error) expectCode(outcome, 'STORE_FAILED');
            else {
              const [cid = ''] = fake.pins;
              expect(outcome).to.have.property('cid', cid);
              expect((await collect(store.get(cid))).equals(file)).to.equal(true);
            }
          }),
      ),
      { numRuns: times(40) },
    ));
});

describe('payload: a read from a Kubo that', () => {
  it('does not answer', () =>
    expectNoBytes('STORE_FAILED', (fake) => (fake.answer = ({ path }) => path === 'block/get' || undefined)));

  it('stalls in the middle of a block', () =>
    expectNoBytes('STORE_FAILED', (fake) => {
      fake.answer = (_, response) => response.writeHead(200, { 'content-length': 1000 }).write('half');
    }));

  it('sends a block byte by byte, for ever', () =>
    expectNoBytes('STORE_FAILED', (fake) => {
      fake.answer = (_, response) => {
        const drip = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(drip));
        return true;
      };
    }));

  it('breaks off in the middle of a block', () =>
    expectNoBytes('STORE_FAILED', (fake) => {
      fake.answer = (_, response) => {
        response.writeHead(200, { 'content-length': 1000 }).write('half');
        return setTimeout(() => response.destroy(), 20);
      };
    }));

  it('sends more than a block has', () =>
    expectNoBytes(
      'STORE_FAILED',
      (fake) => (fake.answer = (_, response) => response.end(Buffer.alloc(3 * MiB))),
    ));

  it('sends other bytes', () =>
    expectNoBytes('BLOCK_CORRUPT', (fake, cid) => void fake.blocks.set(cid, someBytes(1000))));

  it('finds itself that a block rotted', () =>
    expectNoBytes('BLOCK_CORRUPT', (fake) => {
      fake.answer = (_, response) => refuse(response, 'block in storage has different hash than requested');
    }));

  it('lost the block', () => expectNoBytes('BLOCK_MISSING', (fake, cid) => void fake.blocks.delete(cid)));

  it('fails: a proxy in front of it answers 502', () =>
    expectNoBytes('STORE_FAILED', (fake) => {
      fake.answer = (_, response) => response.writeHead(502).end('<html>could not find upstream');
    }));

  it('never asks the network for somebody else: single blocks, and what we hold, are read offline', () =>
    withKubo(async (fake, store) => {
      const { cid } = await store.put(streamOf(someBytes(3 * MiB)));
      fake.calls.length = 0;
      await store.block(cid);
      await store.has(cid);
      await rejection(store.block('bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'));
      expect(fake.calls).to.have.length.greaterThan(5);
      for (const { path, query } of fake.calls) expect(query.get('offline'), path).to.equal('true');
    }));

  it('is asked by a reader that went away: the reason is the signal’s, and Kubo is told', () =>
    withKubo(async (fake, store) => {
      const { cid } = await store.put(streamOf(someBytes(10)));
      const leaving = new AbortController();
      let isClosed = false;
      fake.answer = (_, response) => {
        response.on('close', () => (isClosed = true));
        return setTimeout(() => leaving.abort(new Error('gone')), 10);
      };
      expect(await rejection(store.block(cid, leaving.signal))).to.have.property('message', 'gone');
      await delay(50);
      expect(isClosed).to.equal(true);
    }));

  it('asks for a password: it is sent, and shown in no error', () =>
    withKubo(async (fake, _, incoming) => {
      const seen: (string | undefined)[] = [];
      fake.answer = (_call, _response, request) => {
        seen.push(request.headers.authorization);
        return undefined;
      };
      const api = fake.api.replace('//', '//gateway:s3cret@');
      const store = await newKuboStore({ api, directory: join(incoming, 'own'), ...QUICK });
      await store.put(streamOf(someBytes(10)));
      expect(new Set(seen)).to.deep.equal(new Set([`Basic ${btoa('gateway:s3cret')}`]));
      await fake.close();
      const error = await rejection(store.put(streamOf(someBytes(10))));
      expect(JSON.stringify([String(error), String((error as Error).cause)])).to.not.include('s3cret');
    }));

  it('does not speak HTTP', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await inDirectory(async (directory) => {
      const store = await newKuboStore({ api: `http://127.0.0.1:${port}`, directory, ...QUICK });
      expectCode(await rejection(store.put(streamOf(someBytes(10)))), 'STORE_FAILED');
    });
    server.close();
  });
});
