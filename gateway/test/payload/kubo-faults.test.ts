import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { newKuboStore, type KuboStore } from '../../src/payload/index.js';
import { answerJson, refuse, startFakeKubo, type FakeKubo } from './fake-kubo.js';
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

const MiB = 1024 * 1024;
const QUICK = { timeoutMs: 250, fetchTimeoutMs: 250 };

async function withKubo(
  work: (fake: FakeKubo, store: KuboStore, directory: string) => Promise<void>,
): Promise<void> {
  const fake = await startFakeKubo();
  try {
    await inDirectory(async (incoming) => {
      await work(fake, await newKuboStore({ api: fake.api, incoming, ...QUICK }), incoming);
    });
  } finally {
    await fake.close();
  }
}

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
  this.timeout(20_000);

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
      expect(Date.now() - start).to.be.lessThan(5_000);
      expect(await filesBelow(incoming)).to.deep.equal([]);
    }));

  it('takes all bytes and does not answer', () =>
    expectNoImport(
      'STORE_FAILED',
      (fake) => (fake.answer = ({ path }) => path === 'dag/import' || undefined),
      /stalled/,
    ));

  it('does not answer whether it pinned', () =>
    expectNoImport('STORE_FAILED', (fake) => (fake.answer = ({ path }) => path === 'pin/add' || undefined)));

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

  it('refuses to pin', () =>
    expectNoImport(
      'STORE_FAILED',
      (fake) =>
        (fake.answer = ({ path }, response) =>
          path === 'pin/add' ? refuse(response, 'pin: no') : undefined),
      /pin: no/,
    ));

  it('says in a trailer, after status 200, that it did not pin', () =>
    expectNoImport(
      'STORE_FAILED',
      (fake) => {
        fake.answer = ({ path, query }, response) => {
          if (path !== 'pin/add') return undefined;
          response.writeHead(200, { trailer: 'X-Stream-Error' });
          response.write(JSON.stringify({ Pins: [query.get('arg')] }));
          response.addTrailers({ 'X-Stream-Error': 'context canceled' });
          return response.end();
        };
      },
      /context canceled/,
    ));

  it('pinned something else', () =>
    expectNoImport('STORE_FAILED', (fake) => {
      fake.answer = ({ path }, response) =>
        path === 'pin/add' ? answerJson(response, { Pins: ['bafkqaaa'] }) : undefined;
    }));

  it('says nothing of a pin', () =>
    expectNoImport('STORE_FAILED', (fake) => {
      fake.answer = ({ path }, response) => (path === 'pin/add' ? answerJson(response, {}) : undefined);
    }));

  it('counted fewer blocks than were sent', () =>
    expectNoImport(
      'STORE_FAILED',
      (fake) => {
        fake.answer = ({ path }, response) =>
          path === 'dag/import' ? answerJson(response, { Stats: { BlockCount: 3 } }) : undefined;
      },
      /dag\/import answered 3 where 4/,
    ));

  it('is something else: its answers are no JSON', () =>
    expectNoImport('STORE_FAILED', (fake) => (fake.answer = (_, response) => response.end('<html>'))));

  it('lost a block to its garbage collection before the pin: the import is delivered again', () =>
    withKubo(async (fake, store) => {
      let pins = 0;
      fake.answer = ({ path }) => {
        if (path === 'pin/add' && (pins += 1) === 1) fake.blocks.clear();
        return undefined;
      };
      const file = someBytes(3 * MiB);
      const { cid } = await store.put(streamOf(file));
      expect((await collect(store.get(cid))).equals(file)).to.equal(true);
      expect([...fake.pins.keys()]).to.deep.equal([cid]);
      expect(pins).to.equal(2);
    }));

  it('waits for a lost block when it pins: the import is delivered again', () =>
    withKubo(async (fake, store) => {
      let pins = 0;
      fake.answer = ({ path }) => (path === 'pin/add' && (pins += 1) === 1 ? true : undefined);
      const { cid } = await store.put(streamOf(someBytes(3 * MiB)));
      expect([...fake.pins.keys()]).to.deep.equal([cid]);
      expect(fake.calls.filter(({ path }) => path === 'dag/import')).to.have.length(2);
    }));

  for (const path of ['dag/import', 'pin/add']) {
    it(`has a full disk at ${path}`, () =>
      expectNoImport('STORE_FULL', (fake) => {
        fake.answer = (call, response) =>
          call.path === path ? refuse(response, 'write /blocks/X: no space left on device') : undefined;
      }));
  }

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
        const incoming = join(directory, 'incoming');
        const store = await newKuboStore({ api: fake.api, incoming, ...QUICK });
        expectCode(await rejection(store.put(streamOf(someBytes(20 * MiB)))), 'STORE_FULL');
        expect(await filesBelow(directory)).to.deep.equal([]);
        expect(fake.calls).to.deep.equal([]);
        const { cid } = await store.put(streamOf(someBytes(2 * MiB)));
        expect([...fake.pins.keys()]).to.deep.equal([cid]);
      } finally {
        spawnSync('umount', [directory]);
      }
    });
  });

  it('fails at any step: the file is pinned and readable, or the import failed (property)', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<'ok' | 'refuse' | 'break' | 'gc'>('ok', 'refuse', 'break', 'gc'), {
          minLength: 4,
          maxLength: 4,
        }),
        fc.nat(3 * MiB),
        (faults, size) =>
          withKubo(async (fake, store, incoming): Promise<void> => {
            let step = 0;
            fake.answer = (_, response) => {
              const fault = faults[step++];
              if (fault === 'gc') fake.blocks.clear();
              if (fault === 'refuse') return refuse(response, 'no');
              return fault === 'break' ? response.destroy() : undefined;
            };
            const file = someBytes(size);
            const outcome = await store.put(streamOf(file)).catch((error: unknown) => error);
            fake.answer = undefined;
            expect(await filesBelow(incoming)).to.deep.equal([]);
            if (outcome instanceof Error) expectCode(outcome, 'STORE_FAILED');
            else {
              const [cid = ''] = fake.pins.keys();
              expect(outcome).to.have.property('cid', cid);
              expect((await collect(store.get(cid))).equals(file)).to.equal(true);
            }
          }),
      ),
      { numRuns: 40 },
    ));
});

describe('payload: a read from a Kubo that', function () {
  this.timeout(20_000);

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
      const store = await newKuboStore({ api, incoming: join(incoming, 'own'), ...QUICK });
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
    await inDirectory(async (incoming) => {
      const store = await newKuboStore({ api: `http://127.0.0.1:${port}`, incoming, ...QUICK });
      expectCode(await rejection(store.put(streamOf(someBytes(10)))), 'STORE_FAILED');
    });
    server.close();
  });
});

describe('payload: pins in Kubo', () => {
  it('are released, twice if need be', () =>
    withKubo(async (fake, store) => {
      const { cid } = await store.put(streamOf(someBytes(10)));
      await store.pins.release(cid);
      await store.pins.release(cid);
      expect(fake.pins.size).to.equal(0);
    }));

  it('are swept when old, ours, and needed by nobody; an operator’s never', () =>
    withKubo(async (fake, store) => {
      const [orphan, needed] = [
        await store.put(streamOf(someBytes(10))),
        await store.put(streamOf(someBytes(11))),
      ];
      fake.pins.set('operators-own', '').set('operators-named', 'backup');
      const isNeeded = (cid: string): Promise<boolean> => Promise.resolve(cid === needed.cid);
      const early = await store.pins.sweep(isNeeded, Date.now() - 60_000);
      expect(early).to.deep.equal({ pins: 2, released: [] });
      const late = await store.pins.sweep(isNeeded, Date.now() + 1);
      expect(late).to.deep.equal({ pins: 2, released: [orphan.cid] });
      expect([...fake.pins.keys()]).to.have.members([needed.cid, 'operators-own', 'operators-named']);
    }));

  it('are not swept on a list that broke off', () =>
    withKubo(async (fake, store) => {
      const { cid } = await store.put(streamOf(someBytes(10)));
      fake.answer = ({ path }, response) => {
        if (path !== 'pin/ls') return undefined;
        response.write(`${JSON.stringify({ Cid: cid, Name: 'tallystick 2020-01-01T00:00:00.000Z' })}\n`);
        return setTimeout(() => response.destroy(), 20);
      };
      expectCode(await rejection(store.pins.sweep(() => Promise.resolve(false), Date.now())), 'STORE_FAILED');
      expect([...fake.pins.keys()]).to.deep.equal([cid]);
    }));
});
