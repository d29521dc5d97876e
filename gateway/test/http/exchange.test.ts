import { connect } from 'node:net';
import { expect } from 'chai';
import { routesOf } from '../../src/app.js';
import { features } from '../../src/features/index.js';
import { traceOf } from '../../src/http/trace.js';
import { sampleId } from './samples.js';
import { problemIn, ServedApp } from './served-app.js';

const PARENT = `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`;

describe('every exchange', () => {
  const app = new ServedApp();
  before(() => app.start());
  after(() => app.stop());

  it('knows the methods of each path: 405 and OPTIONS tell them', async () => {
    const paths = new Map<string, string[]>();
    for (const { path, method } of routesOf(app.ports, features)) {
      paths.set(path, [...(paths.get(path) ?? []), method.toUpperCase()]);
    }
    for (const [pattern, methods] of paths) {
      const path = pattern.replaceAll(/\{\w+\}/g, 'x');
      const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
      const options = await app.ask(path, { method: 'OPTIONS', key: '' });
      expect([options.status, options.headers.get('allow')], path).to.deep.equal([204, allow]);
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
        (one) => !methods.includes(one),
      )) {
        const response = await app.ask(path, { method, key: '' });
        expect([response.status, response.headers.get('allow')], `${method} ${path}`).to.deep.equal([
          405,
          allow,
        ]);
        expect((await problemIn(response)).code).to.equal('METHOD_NOT_ALLOWED');
      }
    }
  });

  it('gives HEAD the headers of GET', async () => {
    app.projection.put(`grant/${sampleId('grant')}`, { id: sampleId('grant') }, 3n);
    const path = `/grants/${sampleId('grant')}`;
    const [get, head] = [await app.ask(path), await app.ask(path, { method: 'HEAD' })];
    expect(head.status).to.equal(200);
    expect(await head.text()).to.equal('');
    for (const name of ['etag', 'content-length', 'content-type']) {
      expect(head.headers.get(name)).to.equal(get.headers.get(name));
    }
    expect(Number(get.headers.get('content-length'))).to.equal((await get.arrayBuffer()).byteLength);
  });

  it('has a problem for what is not there', async () => {
    for (const path of ['/', '/grant', '/Grants', '/grants/', `/grants/${sampleId('grant')}/x`, '/%00']) {
      const response = await app.ask(path);
      expect(response.status, path).to.equal(404);
      expect(response.headers.get('content-type')).to.equal('application/problem+json');
      expect((await problemIn(response)).code).to.equal('NOT_FOUND');
    }
  });

  it('refuses a path that is no percent-encoding, and one that holds no id', async () => {
    expect((await app.ask('/grants/%zz')).status).to.equal(400);
    const response = await app.ask(`/grants/${sampleId('claim')}`);
    expect(response.status).to.equal(400);
    expect((await problemIn(response)).errors).to.deep.equal([
      { parameter: 'id', reason: 'must be a grant id' },
    ]);
  });

  it('refuses query parameters that mean nothing', async () => {
    for (const path of ['/grants?stat=ACTIVE', '/livez?x=1', '/grants?state=A&state=B', '/grants?limit=0']) {
      const response = await app.ask(path);
      expect(response.status, path).to.equal(400);
      expect((await problemIn(response)).errors[0]).to.have.property('parameter');
    }
  });

  it('sends headers that keep browsers from doing harm', async () => {
    const { headers } = await app.ask('/livez');
    expect(headers.get('content-security-policy')).to.equal("default-src 'none'");
    expect(headers.get('x-content-type-options')).to.equal('nosniff');
    expect(headers.has('strict-transport-security')).to.equal(true);
    expect(headers.has('x-powered-by')).to.equal(false);
    expect(headers.has('etag')).to.equal(false);
  });

  it('continues a trace, and names the request', async () => {
    const response = await app.ask('/nowhere', {
      headers: { traceparent: PARENT, 'x-request-id': 'mine-1' },
    });
    expect(response.headers.get('x-request-id')).to.equal('mine-1');
    expect(response.headers.get('traceresponse')).to.match(
      new RegExp(`^00-${'a1'.repeat(16)}-[0-9a-f]{16}-01$`),
    );
    expect(await problemIn(response)).to.deep.include({ requestId: 'mine-1', traceId: 'a1'.repeat(16) });
  });

  it('begins a trace where there is none worth continuing', () => {
    const bad = [
      undefined,
      '',
      'ff-',
      `01-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`,
      `00-${'0'.repeat(32)}-${'b2'.repeat(8)}-01`,
      `00-${'a1'.repeat(16)}-${'0'.repeat(16)}-01`,
      `${PARENT}-x`,
      PARENT.toUpperCase(),
    ];
    for (const traceparent of bad) {
      const trace = traceOf(traceparent === undefined ? {} : { traceparent });
      expect(trace.traceId, traceparent)
        .to.match(/^[0-9a-f]{32}$/)
        .and.not.equal('a1'.repeat(16));
      expect(trace.requestId).to.equal(trace.traceId);
    }
    for (const id of ['a b', 'a\u0000', '', 'x'.repeat(65), '"}']) {
      expect(traceOf({ 'x-request-id': id }).requestId).to.not.equal(id);
    }
  });

  it('survives what is no HTTP', async () => {
    const { port } = new URL(app.url);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end('NONSENSE\r\n\r\n'));
      socket.on('data', (data) => resolve(data.toString()));
    });
    expect(answer).to.match(/^HTTP\/1\.1 400/);
    expect((await app.ask('/livez')).status).to.equal(200);
  });
});
