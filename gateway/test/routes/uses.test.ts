import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { CustodyError } from '../../src/features/custody/port.js';
import { LedgerRefusal, OutcomeUnknown } from '../../src/ledger/port-errors.js';
import { Refusal } from '@tallystick/chaincode/model';
import { PayloadError } from '../../src/payload/port.js';
import { pieces } from '../http/fakes.js';
import { ask, nonce, RECIPIENT, sampleId } from '../http/samples.js';
import { problemIn, ServedApp } from '../http/served-app.js';

const usage = sampleId('usage');
const OPEN = `/usages/${usage}/open`;

describe('uses', () => {
  let app: ServedApp;
  beforeEach(async () => {
    app = await new ServedApp().start();
  });
  afterEach(() => app.stop());

  describe('asking', () => {
    it('hands the ask to custody, which makes the one-time key', async () => {
      const response = await app.post('/usages', { ...ask, nonce });
      expect(response.status).to.equal(201);
      expect(response.headers.get('location')).to.equal('/usages/usage-made');
      expect(await response.json()).to.deep.equal({
        txId: 'f'.repeat(64),
        blockNumber: 7,
        usageId: 'usage-made',
        state: 'REQUESTED',
      });
      expect(app.useCases.asked).to.deep.equal([{ ...ask, nonce }]);
    });

    it('refuses bad asks before custody sees them', async () => {
      const bad: [object, string][] = [
        [{ ...ask, recipient: RECIPIENT }, '/recipient'],
        [{ ...ask, grant: 'grant-x' }, '/grant'],
        [{ ...ask, nonce: 'xyz' }, '/nonce'],
        [[ask], ''],
      ];
      for (const [body, pointer] of bad) {
        const response = await app.post('/usages', body);
        expect(response.status).to.equal(400);
        expect((await problemIn(response)).errors.map((fault) => fault.pointer)).to.include(pointer);
      }
      expect((await app.post('/usages', '{"grant":1,"grant":1}')).status).to.equal(400);
      expect(app.useCases.asked).to.deep.equal([]);
    });

    it('is idempotent, with the transaction id written down first', async () => {
      const headers = { 'idempotency-key': 'one' };
      const first = await app.post('/usages', ask, { headers });
      const again = await app.post('/usages', ask, { headers });
      expect(await again.text()).to.equal(await first.text());
      expect(app.useCases.asked).to.have.length(1);
      expect(app.idempotency.slots.get('everything one')?.txIds).to.deep.equal(['f'.repeat(64)]);
    });

    it('passes on refusals, and answers 202 when nobody knows', async () => {
      app.useCases.requesting = () =>
        Promise.reject(new LedgerRefusal(new Refusal('NOT_COMPONENT_KEY', {}).message, {}));
      const refused = await app.post('/usages', ask);
      expect(refused.status).to.equal(403);
      expect((await problemIn(refused)).code).to.equal('NOT_COMPONENT_KEY');
      app.useCases.requesting = () => Promise.reject(new OutcomeUnknown('d'.repeat(64), 'ORDERING'));
      expect((await app.post('/usages', ask)).status).to.equal(202);
    });
  });

  describe('opening', () => {
    const open = (query = ''): Promise<Response> => app.ask(`${OPEN}${query}`, { method: 'POST' });

    it('streams the plaintext', async () => {
      const response = await open();
      expect(response.status).to.equal(200);
      expect(await response.text()).to.equal('hello world');
      expect(response.headers.get('content-type')).to.equal('application/octet-stream');
      expect(response.headers.get('content-length')).to.equal('11');
      expect(response.headers.get('cache-control')).to.equal('no-store');
      expect(app.useCases.opened[0]).to.deep.include({ usageId: usage, acknowledge: true });
    });

    it('leaves the acknowledgement to the caller on request', async () => {
      await (await open('?acknowledge=false')).text();
      await (await open('?acknowledge=true')).text();
      expect(app.useCases.opened.map(({ acknowledge }) => acknowledge)).to.deep.equal([false, true]);
      expect((await open('?acknowledge=0')).status).to.equal(400);
    });

    it('streams an empty file', async () => {
      app.useCases.plaintext = () => pieces();
      app.useCases.bytes = 0n;
      const response = await open();
      expect([response.status, await response.text()]).to.deep.equal([200, '']);
    });

    it('answers with a problem what goes wrong before the first byte', async () => {
      const cases: [Error, number, string][] = [
        [new PayloadError('SEAL_BROKEN', 'x'), 502, 'PAYLOAD_BROKEN'],
        [new PayloadError('BLOCK_CORRUPT', 'x'), 502, 'PAYLOAD_BROKEN'],
        [new PayloadError('BLOCK_MISSING', 'x'), 404, 'BLOCK_MISSING'],
        [new PayloadError('KEY_MISMATCH', 'x'), 409, 'PAYLOAD_NOT_FOR_US'],
        [new PayloadError('COMMITMENT_MISMATCH', 'x'), 502, 'PAYLOAD_BROKEN'],
        [new CustodyError('NOT_ALLOWED_YET', 'x'), 409, 'NOT_ALLOWED_YET'],
        [new CustodyError('DENIED', 'x', { details: { code: 'QUOTA' } }), 403, 'DENIED'],
        [new CustodyError('NOT_OURS', 'x'), 403, 'NOT_OURS'],
        [new CustodyError('HEADER_NOT_RELEASED', 'x'), 409, 'HEADER_NOT_RELEASED'],
      ];
      for (const [error, status, code] of cases) {
        app.useCases.plaintext = () => pieces(error);
        const response = await open();
        expect([response.status, (await problemIn(response)).code]).to.deep.equal([status, code]);
      }
      app.useCases.openUse = () =>
        Promise.reject(new CustodyError('DENIED', 'x', { details: { code: 'QUOTA' } }));
      expect((await problemIn(await open())).facts).to.deep.equal({ code: 'QUOTA' });
    });

    it('breaks the connection when the seal breaks midway', async () => {
      app.useCases.plaintext = () => pieces('hello ', 'wor', new PayloadError('SEAL_BROKEN', 'x'));
      const response = await open();
      expect(response.status).to.equal(200);
      expect(await failureOf(response)).to.be.instanceOf(Error);
      expect(app.log.join('')).to.contain('PAYLOAD_BROKEN');
    });

    it('never sends the last piece of a whole that is not what was committed to', async () => {
      app.useCases.plaintext = () => pieces('hello ', 'world', new PayloadError('COMMITMENT_MISMATCH', 'x'));
      const response = await open();
      const received: Uint8Array[] = [];
      let failure: unknown;
      try {
        for await (const piece of response.body ?? []) received.push(piece as Uint8Array);
      } catch (error) {
        failure = error;
      }
      expect(failure).to.be.instanceOf(Error);
      expect(Buffer.concat(received).toString()).to.equal('hello ');
    });

    it('breaks the connection also when the source falls silent too early', async () => {
      app.useCases.plaintext = () => pieces('hel', 'lo ');
      expect(await open().then(failureOf, (error: unknown) => error)).to.be.instanceOf(Error);
      app.useCases.plaintext = () => pieces('hello ');
      expect((await open()).status, 'seen before the first byte').to.equal(500);
    });

    it('breaks the connection when the lease ends, also while the client does not read', async () => {
      app.useCases.bytes = 1n << 40n;
      app.useCases.plaintext = async function* () {
        for (;;) {
          await Promise.resolve();
          yield Buffer.alloc(65_536);
        }
      };
      const response = await open();
      await sleep(50);
      app.useCases.ending.abort(new CustodyError('LEASE_ENDED', 'x'));
      expect(await failureOf(response)).to.be.instanceOf(Error);
      expect(app.log.join('')).to.contain('LEASE_ENDED');
    });

    it('says until when the lease ran, and why it was not renewed', async () => {
      const details = { until: '2026-06-01T00:00:00.000Z', reason: 'UNAVAILABLE' };
      app.useCases.openUse = () => Promise.reject(new CustodyError('LEASE_ENDED', 'x', { details }));
      const ended = await open();
      expect(ended.status).to.equal(409);
      expect(await problemIn(ended)).to.deep.include({
        code: 'LEASE_ENDED',
        facts: details,
        retryable: true,
      });
      const denied = { code: 'HOLD', lease: 3 };
      app.useCases.openUse = () => Promise.reject(new CustodyError('DENIED', 'x', { details: denied }));
      const refused = await open();
      expect(refused.status).to.equal(403);
      expect((await problemIn(refused)).facts).to.deep.equal(denied);
    });

    it('ends the source when the client leaves', async () => {
      const source = { isEnded: false };
      app.useCases.bytes = 1n << 40n;
      app.useCases.plaintext = async function* () {
        try {
          for (;;) {
            await sleep(1);
            yield Buffer.alloc(16_384);
          }
        } finally {
          source.isEnded = true;
        }
      };
      const leaving = new AbortController();
      const response = await fetch(`${app.url}${OPEN}`, {
        method: 'POST',
        headers: { authorization: 'Bearer secret-of-everything' },
        signal: leaving.signal,
      });
      await response.body?.getReader().read();
      leaving.abort();
      for (let count = 0; !source.isEnded && count < 6000; count += 1) await sleep(10);
      expect(source.isEnded).to.equal(true);
      expect(app.useCases.opened[0]?.signal?.aborted).to.equal(true);
    });

    it('does not read ahead of a slow client', async () => {
      let sent = 0;
      app.useCases.bytes = 1n << 40n;
      app.useCases.plaintext = async function* () {
        for (;;) {
          await Promise.resolve();
          sent += 65_536;
          yield Buffer.alloc(65_536);
        }
      };
      const leaving = new AbortController();
      await fetch(`${app.url}${OPEN}`, {
        method: 'POST',
        headers: { authorization: 'Bearer secret-of-everything' },
        signal: leaving.signal,
      });
      // What lies between the two fills up, and then nothing more is read.
      let before = -1;
      while (before !== sent) {
        before = sent;
        expect(sent).to.be.lessThan(2 ** 28);
        await sleep(200);
      }
      leaving.abort();
    });
  });

  it('tells its own part in a use', async () => {
    const status = await (await app.ask(`/usages/${usage}/status`)).json();
    expect(status).to.deep.equal({ usageId: usage, side: 'NEITHER', isKeyHere: false });
  });
});

const failureOf = (response: Response): Promise<unknown> =>
  response.arrayBuffer().then(
    () => undefined,
    (error: unknown) => error,
  );
