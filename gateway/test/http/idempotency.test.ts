import { expect } from 'chai';
import { idempotencyKeyOf } from '../../src/http/idempotency.js';
import { Problem } from '../../src/http/problem.js';
import { Refusal } from '@tallystick/chaincode/model';
import {
  LedgerConflict,
  LedgerInvalid,
  LedgerOverloaded,
  LedgerRefusal,
  OutcomeUnknown,
} from '../../src/ledger/port-errors.js';
import { sampleOf } from './samples.js';
import { problemIn, ServedApp } from './served-app.js';

describe('Idempotency-Key', () => {
  let app: ServedApp;
  beforeEach(async () => {
    app = await new ServedApp().start();
  });
  afterEach(() => app.stop());

  const accept = (word: string, change: object = {}, key?: string): Promise<Response> =>
    app.post(
      '/grants/accept',
      { ...sampleOf('grants:Accept'), ...change },
      { headers: { 'idempotency-key': word }, ...(key !== undefined && { key }) },
    );
  const failing = (error: Error): void => {
    app.ledger.outcomeOf = () => Promise.reject(error);
  };

  it('carries the same request out once, and answers it alike', async () => {
    const first = await accept('"one"');
    const again = await accept('"one"');
    expect(again.status).to.equal(first.status);
    expect(await again.text()).to.equal(await first.text());
    expect(again.headers.get('location')).to.equal(first.headers.get('location'));
    expect(first.headers.get('idempotency-replayed')).to.equal(null);
    expect(again.headers.get('idempotency-replayed')).to.equal('true');
    expect(app.ledger.seen).to.have.length(1);
  });

  it('takes a quoted and a bare key for the same', async () => {
    await accept('"two"');
    expect((await accept('two')).headers.get('idempotency-replayed')).to.equal('true');
  });

  it('refuses another request with the same key', async () => {
    await accept('one');
    const other = await accept('one', { termsDigest: `sha256:${'0'.repeat(64)}` });
    expect(other.status).to.equal(422);
    expect((await problemIn(other)).code).to.equal('IDEMPOTENCY_KEY_REUSED');
    const elsewhere = await app.post('/grants/consent', sampleOf('grants:Accept'), {
      headers: { 'idempotency-key': 'one' },
    });
    expect(elsewhere.status, 'another path').to.equal(422);
    expect(app.ledger.seen).to.have.length(1);
  });

  it('keeps principals apart', async () => {
    await accept('one');
    const other = app.apiKeys.issueNow('other', ['*']);
    expect((await accept('one', {}, other)).headers.get('idempotency-replayed')).to.equal(null);
    expect(app.ledger.seen).to.have.length(2);
  });

  it('says that the first request is still running', async () => {
    let finish: (result: string) => void = () => undefined;
    app.ledger.outcomeOf = () => new Promise((resolve) => (finish = resolve));
    const first = accept('one');
    while (app.ledger.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await accept('one');
    expect(second.status).to.equal(409);
    expect(second.headers.get('retry-after')).to.equal('1');
    expect(await problemIn(second)).to.deep.include({ code: 'IDEMPOTENCY_KEY_IN_USE', retryable: true });
    finish('{}');
    expect((await first).status).to.equal(201);
  });

  it('writes the transaction id down before anything is sent', async () => {
    let bound: readonly string[] = [];
    app.ledger.outcomeOf = (_submission, txId) => {
      bound = [...(app.idempotency.slots.get('everything one')?.txIds ?? [])];
      return Promise.resolve(`"${txId}"`);
    };
    const { txId } = (await (await accept('one')).json()) as { txId: string };
    expect(bound).to.deep.equal([txId]);
  });

  it('stores a final refusal, and frees the key when trying again is safe', async () => {
    failing(new LedgerRefusal(new Refusal('TERMS_CHANGED', {}).message, {}));
    expect((await accept('final')).status).to.equal(409);
    const again = await accept('final');
    expect(again.headers.get('idempotency-replayed')).to.equal('true');
    expect(again.headers.get('content-type')).to.equal('application/problem+json');
    expect(app.ledger.seen).to.have.length(1);

    failing(new LedgerInvalid('ENDORSEMENT_POLICY_FAILURE', {}));
    await accept('invalid');
    expect((await accept('invalid')).headers.get('idempotency-replayed')).to.equal('true');

    for (const error of [
      new LedgerOverloaded('full', 1),
      new LedgerRefusal(new Refusal('SPACE_PAUSED', {}).message, {}),
    ]) {
      failing(error);
      await accept('again');
      app.ledger.outcomeOf = () => Promise.resolve('{}');
      const second = await accept('again');
      expect(second.status, error.message).to.equal(201);
      expect(second.headers.get('idempotency-replayed')).to.equal(null);
      app.idempotency.slots.clear();
    }
  });

  it('frees the key after a read conflict that retries did not overcome', async () => {
    failing(new LedgerConflict('MVCC_READ_CONFLICT', 'moved', {}));
    expect((await accept('one')).status).to.equal(409);
    expect(app.idempotency.slots.size).to.equal(0);
  });

  it('frees the key of a request that was malformed', async () => {
    expect((await accept('one', { surplus: 1 })).status).to.equal(400);
    expect((await accept('one')).status).to.equal(201);
  });

  it('replays 202 while the outcome is unknown', async () => {
    failing(new OutcomeUnknown('f'.repeat(64), 'COMMIT'));
    const first = await accept('one');
    const again = await accept('one');
    expect([first.status, again.status]).to.deep.equal([202, 202]);
    expect(again.headers.get('location')).to.equal(first.headers.get('location'));
    expect(app.ledger.seen).to.have.length(1);
  });

  it('keeps the key taken when nobody can say what happened', async () => {
    failing(new Error('the adapter broke'));
    expect((await accept('one')).status).to.equal(500);
    app.ledger.outcomeOf = () => Promise.resolve('{}');
    expect((await accept('one')).status).to.equal(409);
    expect(app.ledger.seen).to.have.length(1);
  });

  it('is refused, not ignored, where it is not honoured', async () => {
    const headers = { 'idempotency-key': 'one' };
    for (const [path, method] of [
      ['/grants', 'GET'],
      ['/keys', 'POST'],
      [`/keys/x`, 'DELETE'],
    ] as const) {
      const response = await (method === 'POST'
        ? app.post(path, {}, { headers })
        : app.ask(path, { method, headers }));
      expect(response.status, path).to.equal(400);
      expect((await problemIn(response)).errors[0]?.parameter).to.equal('Idempotency-Key');
    }
  });

  it('must be one printable string', () => {
    expect(idempotencyKeyOf(undefined)).to.equal(undefined);
    expect(idempotencyKeyOf('"a b"')).to.equal('a b');
    for (const bad of [
      '',
      '""',
      'a b',
      '"a',
      'a\u0001',
      'ü',
      `"${'x'.repeat(256)}"`,
      ['a', 'b'],
      '"a", "b"',
    ]) {
      expect(() => idempotencyKeyOf(bad), String(bad)).to.throw(Problem);
    }
  });
});
