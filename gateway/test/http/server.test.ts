import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { listen } from '../../src/http/server.js';
import { pieces } from './fakes.js';
import { sampleOf } from './samples.js';
import { ServedApp } from './served-app.js';

describe('stopping a server', () => {
  it('lets what is in flight end, and accepts nothing more', async () => {
    const app = await new ServedApp().start();
    let commit: (result: string) => void = () => undefined;
    app.ledger.outcomeOf = () => new Promise((resolve) => (commit = resolve));
    const inFlight = app.post('/grants/accept', sampleOf('grants:Accept'));
    while (app.ledger.seen.length === 0) await sleep(5);
    app.isDraining = true;
    const stopped = app.stop(60_000);
    await sleep(50);
    const late = await app.ask('/livez').catch((error: unknown) => error);
    expect(late, 'a new connection').to.be.instanceOf(Error);
    commit('{}');
    expect((await inFlight).status).to.equal(201);
    const from = performance.now();
    await stopped;
    expect(performance.now() - from, 'kept-alive connections do not hold it').to.be.lessThan(30_000);
  });

  it('asks clients to leave once it drains', async () => {
    const app = await new ServedApp().start();
    expect((await app.ask('/livez')).headers.get('connection')).to.not.equal('close');
    app.isDraining = true;
    expect((await app.ask('/livez')).headers.get('connection')).to.equal('close');
    await app.stop();
  });

  it('breaks off what does not end in time', async () => {
    const app = await new ServedApp().start();
    app.ledger.outcomeOf = () => new Promise(() => undefined);
    const inFlight = app.post('/grants/accept', sampleOf('grants:Accept')).catch((error: unknown) => error);
    while (app.ledger.seen.length === 0) await sleep(5);
    const from = performance.now();
    await app.stop(100);
    expect(performance.now() - from).to.be.at.least(80);
    expect(await inFlight).to.be.instanceOf(Error);
  });

  it('says that an address is taken', async () => {
    const first = await listen((_request, response) => void response.end(), { host: '127.0.0.1', port: 0 });
    const port = Number(new URL(first.url).port);
    const second = await listen(() => undefined, { host: '127.0.0.1', port }).catch(
      (error: unknown) => error,
    );
    expect(second).to.have.property('code', 'EADDRINUSE');
    await first.stop(100);
  });

  it('serves a request that stops halfway no longer than its connection', async () => {
    const app = await new ServedApp().start();
    app.useCases.plaintext = () => pieces('hello ', 'world');
    const { hostname, port } = new URL(app.url);
    const half = request({
      hostname,
      port,
      method: 'POST',
      path: '/grants/accept',
      headers: {
        authorization: 'Bearer secret-of-everything',
        'content-type': 'application/json',
        'content-length': '100',
      },
    });
    half.on('error', () => undefined);
    half.write('{"grantId"');
    await sleep(50);
    half.destroy();
    await sleep(50);
    expect(app.ledger.seen).to.deep.equal([]);
    await app.stop(200);
  });
});
