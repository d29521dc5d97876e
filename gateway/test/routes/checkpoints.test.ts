import { digestOf, encode, writesRoot, type Checkpoint, type Leaf } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import type { Lie, ShownDivergence } from '../../src/features/checkpoints/port.js';
import { sampleBody } from '../http/fake-checkpoints.js';
import { problemIn, ServedApp } from '../http/served-app.js';

const AT = '2026-06-01T00:00:00.000Z';

const leafAt = (index: number): Leaf => ({
  block: index,
  index: 0,
  txId: `${index}`,
  envelope: digestOf(`envelope ${index}`),
  code: 0,
  verdict: 'REPLAYED',
  flags: [],
  writes: writesRoot([]),
});

const witnessing = {
  statement: { signedAt: AT, replayedFrom: 0, software: digestOf('software') },
  mspId: 'SteelMSP',
  certificate: 'PEM',
  signature: 'AAAA',
};
const sample = (height: number): Checkpoint => ({ body: sampleBody(height), witnesses: [witnessing] });

const divergence: ShownDivergence = {
  txId: 'ab'.repeat(32),
  blockNumber: 5n,
  txIndex: 1,
  position: 9,
  verdict: 'VOID',
  keys: ['participant/p', 'usage/u'],
  reason: 'NOT_ALLOWED',
  facts: { participant: 'p' },
  time: AT,
  standing: ['usage/u'],
  isRestored: false,
};

describe('routes of checkpoints and divergences', () => {
  let app: ServedApp;
  beforeEach(async () => {
    app = await new ServedApp().start();
    for (const height of [3, 7]) app.checkpoints.kept.set(height, sample(height));
  });
  afterEach(() => app.stop());

  it('serves the newest checkpoint and one of a height to everybody', async () => {
    const latest = await app.ask('/checkpoints/latest', { key: '' });
    expect(latest.status).to.equal(200);
    expect(encode(await latest.json())).to.equal(encode(sample(7)));
    expect((await app.ask('/checkpoints/latest?kept=true', { key: '' })).status).to.equal(200);
    expect((await app.ask('/checkpoints/latest?kept=maybe', { key: '' })).status).to.equal(400);
    expect(app.checkpoints.wanted).to.deep.equal(['RENEWED', 'KEPT']);
    expect(
      ((await (await app.ask('/checkpoints/3', { key: '' })).json()) as Checkpoint).body.height,
    ).to.equal(3);
  });

  it('says why a height is not there', async () => {
    const gone = await app.ask('/checkpoints/4');
    expect([gone.status, (await problemIn(gone)).code]).to.deep.equal([404, 'CHECKPOINT_NOT_KEPT']);
    app.checkpoints.retracted.add(3);
    const retracted = await app.ask('/checkpoints/3');
    expect([retracted.status, (await problemIn(retracted)).code]).to.deep.equal([
      410,
      'CHECKPOINT_RETRACTED',
    ]);
    for (const wrong of ['-1', '01', '1e3', 'x', '9'.repeat(16)])
      expect((await app.ask(`/checkpoints/${wrong}`)).status, wrong).to.equal(400);
  });

  it('serves leaves a page at a time', async () => {
    app.projection.log.push(...[0, 1, 2, 3, 4].map(leafAt));
    const page = async (query: string): Promise<unknown> =>
      (await app.ask(`/checkpoints/leaves${query}`, { key: '' })).json();
    expect(await page('?from=1&limit=2')).to.deep.equal({ leaves: [leafAt(1), leafAt(2)], next: 3 });
    expect(await page('?from=4')).to.deep.equal({ leaves: [leafAt(4)] });
    expect(await page('?from=9')).to.deep.equal({ leaves: [] });
    for (const wrong of ['?limit=0', '?limit=1001', '?from=-1', '?other=1'])
      expect((await app.ask(`/checkpoints/leaves${wrong}`)).status, wrong).to.equal(400);
  });

  it('asks for a key where blocks do', async () => {
    const closed = await new ServedApp({ blockAccess: 'keys' }).start();
    closed.checkpoints.kept.set(7, sample(7));
    const reader = closed.apiKeys.issueNow('member', ['blocks:read']);
    const stranger = closed.apiKeys.issueNow('stranger', ['read']);
    for (const path of ['/checkpoints/latest', '/checkpoints/7', '/checkpoints/leaves']) {
      expect((await closed.ask(path, { key: '' })).status, path).to.equal(401);
      expect((await closed.ask(path, { key: stranger })).status, path).to.equal(403);
      expect((await closed.ask(path, { key: reader })).status, path).to.equal(200);
    }
    await closed.stop();
  });

  it('lists what diverges, and words that cannot be true, to who may read', async () => {
    app.divergences.all.push(divergence, { ...divergence, position: 10, isRestored: true, standing: [] });
    const lie: Lie = {
      kind: 'CONTRADICTION',
      height: 7,
      mspId: 'BankMSP',
      theirs: { body: sampleBody(7), witnessing },
      ours: sampleBody(7),
      first: { height: 6, members: ['log'], position: 12, ours: leafAt(12) },
      at: AT,
    };
    app.checkpoints.told.push(lie);
    expect((await app.ask('/divergences', { key: '' })).status).to.equal(401);
    const first = (await (await app.ask('/divergences?limit=1')).json()) as {
      items: Record<string, unknown>[];
      next: string;
      lies: unknown[];
    };
    const { blockNumber: _block, txIndex: _index, isRestored: _restored, ...rest } = divergence;
    expect(first.items).to.deep.equal([{ ...rest, block: 5, index: 1, restored: false }]);
    expect(first.lies).to.deep.equal([lie]);
    const second = (await (await app.ask(`/divergences?cursor=${first.next}`)).json()) as typeof first;
    expect(second.items.map(({ restored }) => restored)).to.deep.equal([true]);
  });

  it('says it in /readyz without turning unready, and in figures', async () => {
    app.divergences.all.push(divergence);
    app.checkpoints.said = {
      identity: 'witness',
      signed: 7,
      witnessed: 6,
      members: [{ mspId: 'BankMSP', silence: 'DOWN' }],
      lies: 1,
      retractions: 2,
    };
    const ready = await app.ask('/readyz', { key: '' });
    expect(ready.status).to.equal(200);
    expect(await ready.json()).to.deep.include({
      status: 'ready',
      divergences: '0 corrected, 1 void, 1 keys not restored',
      witness: 'signed height 7; 1 lies, 2 retractions: see /divergences',
    });
    const metrics = await app.ask('/metrics', { key: '' });
    expect(metrics.headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8');
    const text = await metrics.text();
    for (const line of [
      'tallystick_height 0',
      'tallystick_void_transactions 1',
      'tallystick_standing_keys 1',
      'tallystick_signed_height 7',
      'tallystick_witnessed_height 6',
      'tallystick_uncompared_members 1',
      'tallystick_witness_lies 1',
      'tallystick_witness_retractions 2',
    ])
      expect(text.split('\n')).to.include(line);
    app.checkpoints.status = () => Promise.reject(new Error('the disk is full'));
    expect((await app.ask('/readyz', { key: '' })).status).to.equal(200);
  });

  it('says when nothing is signed here', async () => {
    app.checkpoints.said = { members: [], lies: 0, retractions: 0 };
    expect(await (await app.ask('/readyz')).json()).to.deep.include({
      divergences: 'none',
      witness: 'signs nothing: none is enrolled',
    });
  });
});
