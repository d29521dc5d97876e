import { NEWEST } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import type { Context, Contract } from 'fabric-contract-api';
import { Refusal } from '../../src/model/index.js';
import { contracts } from '../../src/contract/contracts.js';
import { Draining } from '../../src/contract/draining.js';
import { newMetrics, type Metrics } from '../../src/contract/metrics.js';
import { observed, SILENT } from '../../src/contract/observer.js';
import { hostAndPort, serveOperations, type Operations } from '../../src/contract/operations.js';

const IDENTITY = { ccid: 'tallystick_1:abc', rules: 'rules/9' };

describe('health and metrics of the chaincode server', () => {
  let metrics: Metrics;
  let operations: Operations;
  let isServing = true;
  const get = (path: string, method = 'GET'): Promise<Response> =>
    fetch(`http://${operations.address}${path}`, { method });

  beforeEach(async () => {
    isServing = true;
    metrics = newMetrics(IDENTITY);
    operations = await serveOperations({ address: '127.0.0.1:0', metrics, isServing: () => isServing });
  });
  afterEach(() => operations.stop());

  it('says that it serves, and that it no longer does', async () => {
    const well = await get('/healthz');
    expect([well.status, await well.json()]).to.deep.equal([200, { status: 'OK' }]);
    isServing = false;
    expect((await get('/healthz')).status).to.equal(503);
  });

  it('knows two paths and one method', async () => {
    expect((await get('/')).status).to.equal(404);
    expect((await get('/metrics?x=1')).status).to.equal(404);
    expect((await get('/metrics', 'POST')).status).to.equal(405);
  });

  it('counts and times transactions by name and outcome, in the text format of Prometheus', async () => {
    await observed(metrics, 'grants:Offer', () => Promise.resolve('done'));
    for (const error of [new Refusal('NOT_FOUND', { key: 'k' }), new Error('stream closed')]) {
      const outcome = await observed(metrics, 'usage:Answer', () => Promise.reject(error)).catch(
        (thrown: unknown) => thrown,
      );
      expect(outcome).to.equal(error);
    }
    metrics.streams(2);
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).to.match(/^text\/plain; version=0\.0\.4/);
    const lines = (await response.text()).split('\n');
    expect(lines).to.include.members([
      'tallystick_chaincode_info{ccid="tallystick_1:abc",rules="rules/9"} 1',
      'tallystick_chaincode_transactions_total{transaction="grants:Offer",outcome="accepted"} 1',
      'tallystick_chaincode_transactions_total{transaction="usage:Answer",outcome="refused"} 1',
      'tallystick_chaincode_transactions_total{transaction="usage:Answer",outcome="failed"} 1',
      'tallystick_chaincode_transaction_seconds_count{transaction="usage:Answer"} 2',
      'tallystick_chaincode_transactions_running 0',
      'tallystick_chaincode_peer_streams 2',
    ]);
    expect(lines.some((line) => line.startsWith('process_resident_memory_bytes '))).to.equal(true);
  });

  it('never makes a label of what a caller wrote', async () => {
    const [Class] = contracts(NEWEST, metrics);
    const contract: Contract = new Class!();
    const stub = { getFunctionAndParameters: () => ({ fcn: 'space:Evil"} 1\nforged 1', params: [] }) };
    await contract.unknownTransaction({ stub } as unknown as Context).catch(() => undefined);
    const text = await metrics.text();
    expect(text).to.include(
      'tallystick_chaincode_transactions_total{transaction="unknown",outcome="refused"} 1',
    );
    expect(text).to.not.include('Evil');
  });

  it('reports a taken address', async () => {
    const attempt = serveOperations({ address: operations.address, metrics, isServing: () => true });
    const outcome = await attempt.catch((error: unknown) => (error as { code?: string }).code);
    expect(outcome).to.equal('EADDRINUSE');
  });

  it('reads addresses, and refuses what is none', () => {
    expect(hostAndPort('127.0.0.1:7052')).to.deep.equal({ host: '127.0.0.1', port: 7052 });
    expect(hostAndPort('[::1]:0')).to.deep.equal({ host: '::1', port: 0 });
    for (const wrong of ['', '7052', 'localhost', ':7052', '::1:7052', 'a:70000', 'a:1x'])
      expect(() => hostAndPort(wrong), wrong).to.throw(TypeError);
  });
});

describe('a chaincode server that is told to stop', () => {
  it('lets transactions that are under way end', async () => {
    const draining = new Draining(SILENT);
    const end = draining.begin('grants:Offer');
    let isDrained = false;
    const waiting = draining.drained(5_000).then(() => (isDrained = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isDrained).to.equal(false);
    end('accepted');
    await waiting;
  });

  it('waits no longer than it was told', async () => {
    const draining = new Draining(SILENT);
    draining.begin('grants:Offer');
    const start = performance.now();
    await draining.drained(60);
    expect(performance.now() - start).to.be.at.least(50);
  });
});
