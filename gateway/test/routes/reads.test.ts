import { keys } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { sampleId, sha } from '../http/samples.js';
import { problemIn, ServedApp } from '../http/served-app.js';

const grant = sampleId('grant');
const key = `grant/${grant}`;

interface Listed {
  readonly items: readonly Record<string, unknown>[];
  readonly next?: string;
}

describe('reads', () => {
  let app: ServedApp;
  beforeEach(async () => {
    app = await new ServedApp().start();
  });
  afterEach(() => app.stop());

  it('serves one record with a strong ETag, and 304 to whoever has it', async () => {
    app.projection.put(key, { id: grant, state: 'OFFERED' }, 3n, 2);
    const first = await app.ask(`/grants/${grant}`);
    expect(first.headers.get('etag')).to.equal('"3.2"');
    expect(first.headers.get('cache-control')).to.equal('private, no-cache');
    expect(first.headers.get('tallystick-transaction')).to.match(/^[0-9a-f]{64}$/);
    expect(await first.json()).to.deep.equal({ id: grant, state: 'OFFERED' });
    for (const tag of ['"3.2"', 'W/"3.2"', '"1.0", "3.2"', '*']) {
      const again = await app.ask(`/grants/${grant}`, { headers: { 'if-none-match': tag } });
      expect(again.status, tag).to.equal(304);
      expect(again.headers.get('etag')).to.equal('"3.2"');
      expect(await again.text()).to.equal('');
    }
    app.projection.put(key, { id: grant, state: 'ACTIVE' }, 4n);
    const changed = await app.ask(`/grants/${grant}`, { headers: { 'if-none-match': '"3.2"' } });
    expect(changed.status).to.equal(200);
    expect(await changed.json()).to.deep.include({ state: 'ACTIVE' });
  });

  it('finds every kind of record under its own path', async () => {
    const paths: [string, string][] = [
      ['space', '/space'],
      [`amendment/${sampleId('amendment')}`, `/space/amendments/${sampleId('amendment')}`],
      [`participant/${sampleId('participant')}`, `/participants/${sampleId('participant')}`],
      [`component/${sampleId('component')}`, `/components/${sampleId('component')}`],
      [`dataset/${sampleId('dataset')}`, `/datasets/${sampleId('dataset')}`],
      [`version/${sampleId('version')}`, `/versions/${sampleId('version')}`],
      [`claim/${sampleId('claim')}`, `/claims/${sampleId('claim')}`],
      [key, `/grants/${grant}`],
      [`usage/${sampleId('usage')}`, `/usages/${sampleId('usage')}`],
      [`valuation/${sampleId('valuation')}`, `/valuations/${sampleId('valuation')}`],
      [`holds/${sampleId('claim')}`, `/holds/${sampleId('claim')}`],
      [`dispute/${sampleId('dispute')}`, `/disputes/${sampleId('dispute')}`],
      [keys.compromises('SteelMSP').text, '/compromises/SteelMSP'],
      [`attestation/${sampleId('attestation')}`, `/attestations/${sampleId('attestation')}`],
      [`consents/${grant}`, `/consents/${grant}`],
      [`event/${sampleId('event')}`, `/events/${sampleId('event')}`],
      [`obligation/${sampleId('obligation')}`, `/obligations/${sampleId('obligation')}`],
      [`breaches/${grant}`, `/breaches/${grant}`],
      [`transformation/${sampleId('version')}`, `/transformations/${sampleId('version')}`],
    ];
    for (const [at, path] of paths) {
      expect((await app.ask(path)).status, path).to.equal(404);
      expect((await app.ask(`${path}/history`)).status).to.equal(404);
      app.projection.put(at, { at }, 5n);
      expect(await (await app.ask(path)).json(), path).to.deep.equal({ at });
      const history = (await (await app.ask(`${path}/history`)).json()) as Listed;
      expect(history.items).to.have.length(1);
    }
  });

  it('tells the history with the transactions that made it', async () => {
    app.projection.put(key, { state: 'OFFERED' }, 3n, 1);
    app.projection.put(key, { state: 'ACTIVE' }, 5n, 0);
    const { items } = (await (await app.ask(`/grants/${grant}/history`)).json()) as Listed;
    expect(items.map(({ txId: _txId, ...rest }) => rest)).to.deep.equal([
      { blockNumber: 3, txIndex: 1, record: { state: 'OFFERED' } },
      { blockNumber: 5, txIndex: 0, record: { state: 'ACTIVE' } },
    ]);
  });

  it('lists in pages that lead to one another', async () => {
    for (let count = 0; count < 5; count += 1) {
      const state = count === 2 ? 'REVOKED' : 'ACTIVE';
      app.projection.put(`grant/${sampleId('grant', String(count))}`, { count, state }, BigInt(count));
    }
    const seen: unknown[] = [];
    let path: string | undefined = '/grants?state=ACTIVE&limit=2';
    while (path !== undefined) {
      const response: Response = await app.ask(path);
      const page = (await response.json()) as Listed;
      seen.push(...page.items.map((item) => item['count']));
      path = /^<(\/grants\?[^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
      expect(path !== undefined).to.equal(page.next !== undefined);
      if (path !== undefined) expect(path).to.contain('state=ACTIVE').and.contain('limit=2');
    }
    expect(seen).to.deep.equal([0, 1, 3, 4]);
    expect(app.projection.lists[0]).to.deep.equal({ kind: 'grant', where: { state: 'ACTIVE' }, limit: 2 });
  });

  it('has a limit for pages', async () => {
    await app.ask('/grants');
    expect(app.projection.lists[0]?.limit).to.equal(50);
    expect((await app.ask('/grants?limit=200')).status).to.equal(200);
    for (const limit of ['201', '0', '-1', '1.5', 'x', '']) {
      const response = await app.ask(`/grants?limit=${limit}`);
      expect(response.status, limit).to.equal(400);
      expect((await problemIn(response)).errors[0]?.parameter).to.equal('limit');
    }
  });

  it('waits for the block that the client has seen, and no longer than it should', async () => {
    app.projection.put(key, { state: 'ACTIVE' }, 5n);
    expect((await app.ask(`/grants/${grant}?minBlock=5`)).status).to.equal(200);
    const behind = await app.ask(`/grants?minBlock=6`);
    expect(behind.status).to.equal(503);
    expect(behind.headers.get('retry-after')).to.equal('1');
    expect((await problemIn(behind)).code).to.equal('PROJECTION_BEHIND');
    expect((await app.ask(`/grants?minBlock=-1`)).status).to.equal(400);
  });

  it('reads strongly at the peer, as the identity of the key', async () => {
    const committed = '{"kind":"grant","state":"ACTIVE"}';
    app.ledger.records.set(key, committed);
    const reader = app.apiKeys.issueNow('reader', ['read'], 'auditor');
    const response = await app.ask(`/records?key=${encodeURIComponent(key)}`, { key: reader });
    expect(await response.text()).to.equal(committed);
    expect(app.ledger.reads).to.deep.equal([{ identity: 'auditor', key }]);
    expect((await app.ask('/records?key=space')).status).to.equal(404);
    for (const bad of ['/records', '/records?key=', '/records?key=grant/x', '/records?key=%00space']) {
      expect((await app.ask(bad)).status, bad).to.equal(400);
    }
  });

  it('shows a transaction as it was recorded, valid or not', async () => {
    const txId = 'a'.repeat(64);
    const recorded = {
      txId,
      blockNumber: 9n,
      txIndex: 1,
      code: 'MVCC_READ_CONFLICT',
      mspId: 'SteelMSP',
      certificate: 'PEM',
      signed: true,
      time: '2026-06-01T00:00:00.000Z',
      transaction: 'grants:Accept',
      argument: '{"grantId":"grant-x"}',
      result: '',
      verdict: 'INVALID' as const,
    };
    app.projection.transactions.set(txId, recorded);
    const response = await app.ask(`/transactions/${txId}`);
    expect(await response.json()).to.deep.equal({ ...recorded, blockNumber: 9 });
    expect((await app.ask(`/transactions/${'b'.repeat(64)}`)).status).to.equal(404);
    expect((await app.ask('/transactions/x')).status).to.equal(400);
  });

  it('says who we are, and whom the key acts as', async () => {
    expect(await (await app.ask('/organisation')).json()).to.deep.equal({
      mspId: 'SteelMSP',
      participantId: sampleId('participant'),
      recipient: app.useCases.recipient,
      identity: { name: 'officer', keyDigest: sha('key'), role: 'officer' },
    });
    const stranger = app.apiKeys.issueNow('stranger', ['read'], 'nobody');
    expect((await app.ask('/organisation', { key: stranger })).status).to.equal(500);
  });

  it('is alive whatever the ledger does, and ready only with it', async () => {
    expect(await (await app.ask('/readyz', { key: '' })).json()).to.deep.equal({
      status: 'ready',
      checks: { process: 'ok', ledger: 'ok', lag: 'ok' },
      divergences: 'none',
      witness: 'signed height 7',
      lag: 0,
    });
    app.ledger.isReachable = false;
    const unready = await app.ask('/readyz', { key: '' });
    expect(unready.status).to.equal(503);
    expect(await unready.json()).to.deep.equal({
      status: 'not ready',
      checks: { process: 'ok', ledger: 'failed', lag: 'unknown' },
      divergences: 'none',
      witness: 'signed height 7',
    });
    expect((await app.ask('/livez', { key: '' })).status).to.equal(200);
    app.isDraining = true;
    expect(await (await app.ask('/readyz', { key: '' })).json()).to.deep.include({ status: 'not ready' });
  });
});

describe('readiness', () => {
  const app = new ServedApp();
  before(() => app.start());
  after(() => app.stop());

  it('ends when reads are too far behind the peer, and says how far', async () => {
    for (const [lag, status] of [
      [50, 200],
      [51, 503],
    ] as const) {
      app.lag = lag;
      const response = await app.ask('/readyz', { key: '' });
      expect(response.status).to.equal(status);
      expect(await response.json()).to.have.property('lag', lag);
    }
    const { checks } = (await (await app.ask('/readyz', { key: '' })).json()) as { checks: object };
    expect(checks).to.have.property('lag', '51 blocks behind the peer');
  });
});

describe('blocks', () => {
  const app = new ServedApp();
  const cid = `bafkrei${'a'.repeat(52)}`;
  before(() => app.start());
  after(() => app.stop());

  it('serves a raw block of ours for ever, without a key', async () => {
    app.blocks.set(cid, Buffer.from([1, 2, 3]));
    for (const asked of [
      { path: `/ipfs/${cid}?format=raw`, headers: {} },
      { path: `/ipfs/${cid}`, headers: { accept: 'application/vnd.ipld.raw' } },
    ]) {
      const response = await app.ask(asked.path, { headers: asked.headers, key: '' });
      expect(response.status).to.equal(200);
      expect(new Uint8Array(await response.arrayBuffer())).to.deep.equal(new Uint8Array([1, 2, 3]));
      expect(response.headers.get('content-type')).to.equal('application/vnd.ipld.raw');
      expect(response.headers.get('cache-control')).to.equal('public, max-age=29030400, immutable');
      expect(response.headers.get('content-disposition')).to.contain('attachment');
    }
    const headers = { 'if-none-match': `"${cid}.raw"` };
    expect((await app.ask(`/ipfs/${cid}?format=raw`, { headers })).status).to.equal(304);
    const head = await app.ask(`/ipfs/${cid}?format=raw`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).to.equal('3');
  });

  it('has no other form, and nothing that is not here', async () => {
    expect((await app.ask(`/ipfs/${cid}`)).status).to.equal(406);
    expect((await app.ask(`/ipfs/${cid}?format=car`)).status).to.equal(400);
    expect((await app.ask('/ipfs/QmX?format=raw')).status).to.equal(400);
    const missing = await app.ask(`/ipfs/bafkrei${'b'.repeat(52)}?format=raw`);
    expect(missing.status).to.equal(404);
    expect((await problemIn(missing)).code).to.equal('BLOCK_MISSING');
  });
});

describe('API keys', () => {
  const app = new ServedApp();
  before(() => app.start());
  after(() => app.stop());

  it('are issued once, listed without secrets, and revoked at once', async () => {
    const asked = { name: 'line-4', identity: 'officer', scopes: ['read', 'grants:write'] };
    const issued = await app.post('/keys', asked);
    expect(issued.status).to.equal(201);
    expect(issued.headers.get('cache-control')).to.equal('no-store');
    const { secret, ...key } = (await issued.json()) as Record<string, string>;
    expect(key).to.deep.include(asked);
    expect((await app.ask('/grants', { key: secret ?? '' })).status).to.equal(200);
    expect((await app.post('/keys', asked)).status, 'the name is taken').to.equal(409);
    expect(await (await app.ask('/keys')).text())
      .to.contain('line-4')
      .and.not.contain(secret);
    expect((await app.ask('/keys/line-4', { method: 'DELETE' })).status).to.equal(204);
    expect((await app.ask('/grants', { key: secret ?? '' })).status).to.equal(401);
    expect((await app.ask('/keys/line-4', { method: 'DELETE' })).status).to.equal(404);
  });

  it('act as enrolled identities, within known scopes', async () => {
    const good = { name: 'a', identity: 'officer', scopes: ['read'] };
    const bad: [object, string][] = [
      [{ ...good, identity: 'nobody' }, '/identity'],
      [{ ...good, scopes: ['write'] }, '/scopes/0'],
      [{ ...good, scopes: [] }, '/scopes'],
      [{ ...good, name: 'A b' }, '/name'],
      [{ ...good, secret: 'mine' }, '/secret'],
    ];
    for (const [body, pointer] of bad) {
      const problem = await problemIn(await app.post('/keys', body));
      expect(
        problem.errors.map((fault) => fault.pointer),
        pointer,
      ).to.include(pointer);
    }
  });
});
