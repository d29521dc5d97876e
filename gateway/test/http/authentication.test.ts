import { expect } from 'chai';
import { routesOf } from '../../src/app.js';
import { features } from '../../src/features/index.js';
import { authenticate, byApiKey } from '../../src/http/authentication.js';
import { allScopes } from '../../src/http/scopes.js';
import type { Route } from '../../src/http/route.js';
import { FakeApiKeys } from './fakes.js';
import { sampleId } from './samples.js';
import { problemIn, ServedApp } from './served-app.js';

/** A path that fits the route's pattern. */
const fill = (path: string): string =>
  path
    .replace('{txId}', 'a'.repeat(64))
    .replace('{subject}', sampleId('dataset'))
    .replace('{name}', 'nobody')
    .replace('{cid}', `bafkrei${'a'.repeat(52)}`)
    .replace(
      /^\/(\w+?)s\/(amendments\/)?\{id\}/,
      (_all, kind: string) => `/${kind}s/${sampleId(kind as 'grant')}`,
    )
    .replace('/space/amendments/{id}', `/space/amendments/${sampleId('amendment')}`);

describe('authentication and scopes', () => {
  const app = new ServedApp();
  before(() => app.start());
  after(() => app.stop());

  const routes = routesOf(app.ports, features);
  const guarded = routes.filter(({ scope }) => scope !== 'public');
  const ask = (route: Route, key: string, headers: Record<string, string> = {}): Promise<Response> =>
    app.ask(fill(route.path), { method: route.method.toUpperCase(), key, headers });

  it('covers every route but health, what members ask each other, and the description', () => {
    const open = routes.filter(({ scope }) => scope === 'public').map(({ path }) => path);
    expect(open).to.have.members([
      '/livez',
      '/readyz',
      '/metrics',
      '/ipfs/{cid}',
      '/checkpoints/latest',
      '/checkpoints/{height}',
      '/checkpoints/leaves',
      '/notices',
      '/openapi.json',
    ]);
  });

  it('asks for a key, without saying more', async () => {
    for (const route of guarded) {
      const response = await ask(route, '');
      expect(response.status, route.path).to.equal(401);
      expect(response.headers.get('www-authenticate')).to.equal('Bearer realm="tallystick"');
    }
  });

  it('answers unknown, revoked and malformed keys alike', async () => {
    const revoked = app.apiKeys.issueNow('revoked', ['*']);
    await app.apiKeys.revoke('revoked');
    const headers = [
      'Bearer unknown',
      `Bearer ${revoked}`,
      'Bearer',
      'Bearer a b',
      'Basic dXNlcjpwYXNz',
      `Bearer ${'x'.repeat(600)}`,
    ];
    for (const authorization of headers) {
      const response = await app.ask('/grants', { key: '', headers: { authorization } });
      expect(response.status, authorization).to.equal(401);
      expect(response.headers.get('www-authenticate')).to.contain('error="invalid_token"');
      const { requestId: _r, traceId: _t, ...problem } = await problemIn(response);
      expect(problem).to.deep.equal({
        type: 'urn:tallystick:problem:unauthenticated',
        title: 'The request carries no valid API key.',
        status: 401,
        code: 'UNAUTHENTICATED',
        advice: 'change the request',
        retryable: false,
      });
    }
  });

  it('lets a key do what its scopes say, on every route', async () => {
    const keys = allScopes.map((scope, index) => ({
      scope,
      key: app.apiKeys.issueNow(`key-${index}`, [scope]),
    }));
    for (const route of guarded) {
      const check = async ({ scope, key }: (typeof keys)[number]): Promise<void> => {
        // Once admitted: nothing is there (404), a parameter is missing (400), a POST has no body (415) or needs none (202).
        const { status } = await ask(route, key);
        const isAdmitted = scope === '*' || scope === route.scope;
        if (isAdmitted) expect([200, 202, 400, 404, 415], `${route.path} ${scope}`).to.include(status);
        else expect(status, `${route.path} ${scope}`).to.equal(403);
      };
      await Promise.all(keys.map(check));
    }
    expect(app.ledger.seen).to.deep.equal([]);
  });

  it('names the scope that is missing', async () => {
    const key = app.apiKeys.issueNow('reader', ['read']);
    const response = await app.post('/grants/accept', {}, { key });
    expect(response.status).to.equal(403);
    expect(response.headers.get('www-authenticate')).to.contain(
      'error="insufficient_scope", scope="grants:write"',
    );
    expect(await problemIn(response)).to.deep.include({ code: 'SCOPE_MISSING', advice: 'give up' });
  });

  it('judges the key before it reads the body', async () => {
    const response = await app.post('/grants/accept', '{', { key: '' });
    expect(response.status).to.equal(401);
  });

  it('writes no key and no body to the log', async () => {
    const key = app.apiKeys.issueNow('shy', ['*']);
    await app.post('/space/pause', { reason: 'a very particular reason' }, { key });
    await app.post('/space/pause', { reason: 5, other: 'a very particular reason' }, { key });
    expect(app.log.join('')).to.not.contain(key).and.not.contain('particular');
    expect(app.log.length).to.be.greaterThan(2);
  });
});

describe('blocks for keys only', () => {
  const app = new ServedApp({ blockAccess: 'keys' });
  before(() => app.start());
  after(() => app.stop());

  it('asks for the scope blocks:read', async () => {
    const path = `/ipfs/bafkrei${'a'.repeat(52)}?format=raw`;
    app.blocks.set(`bafkrei${'a'.repeat(52)}`, Buffer.from('block'));
    expect((await app.ask(path, { key: '' })).status).to.equal(401);
    expect((await app.ask(path, { key: app.apiKeys.issueNow('reader', ['read']) })).status).to.equal(403);
    expect((await app.ask(path, { key: app.apiKeys.issueNow('peer', ['blocks:read']) })).status).to.equal(
      200,
    );
  });
});

describe('rate limit', () => {
  it('counts principals apart, and says when to come back', async () => {
    const app = await new ServedApp({ rateLimit: 3 }).start();
    try {
      const other = app.apiKeys.issueNow('other', ['*']);
      for (let count = 0; count < 3; count += 1) expect((await app.ask('/grants')).status).to.equal(200);
      const over = await app.ask('/grants');
      expect(over.status).to.equal(429);
      expect(Number(over.headers.get('retry-after'))).to.be.within(1, 60);
      expect(over.headers.get('ratelimit')).to.contain('limit=3');
      expect(await problemIn(over)).to.deep.include({ code: 'RATE_LIMITED', retryable: true });
      expect((await app.ask('/grants', { key: other })).status).to.equal(200);
      expect((await app.ask('/livez', { key: '' })).status).to.equal(200);
    } finally {
      await app.stop();
    }
  });

  it('behind an API key stands a principal that tells nothing of the key but its name', async () => {
    const keys = new FakeApiKeys();
    const secret = keys.issueNow('mes', ['read'], 'operator');
    const principal = { name: 'mes', identity: 'operator', scopes: ['read'], by: 'API_KEY' };
    expect(await byApiKey(keys)(secret)).to.deep.equal(principal);
    expect(await authenticate(byApiKey(keys), `Bearer ${secret}`, 'read')).to.deep.equal(principal);
    expect(await byApiKey(keys)('another')).to.equal(undefined);
  });
});
