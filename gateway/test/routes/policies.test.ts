import { expect } from 'chai';
import { PolicyError, type Explained } from '../../src/features/policies/port.js';
import { sampleId, sha, terms } from '../http/samples.js';
import { problemIn, ServedApp } from '../http/served-app.js';

const usage = sampleId('usage');
const explanation: Explained = {
  usageId: usage,
  language: 'en',
  outcome: 'DENIED',
  code: 'PURPOSE',
  report: sha('report'),
  summary: 'Denied.',
  lines: ['one', 'two'],
  facts: [{ key: 'space', value: null }],
};

describe('policies', () => {
  let app: ServedApp;
  beforeEach(async () => {
    app = await new ServedApp().start();
    app.policies.explanations.set(usage, explanation);
  });
  afterEach(() => app.stop());

  it('are linted alone, or beside the one before', async () => {
    const policy = terms.enforced;
    const alone = await app.post('/policies/lint', policy);
    expect(alone.status).to.equal(200);
    expect(await alone.json()).to.deep.equal({ problems: [], findings: [], enforcement: [], duties: [] });
    const headers = { 'content-type': 'application/ld+json' };
    await app.post('/policies/lint', policy, { headers });
    await app.post('/policies/lint', { policy });
    await app.post('/policies/lint', { policy, before: { '@type': 'Set' } });
    expect(app.policies.asked).to.deep.equal([
      { document: policy, before: undefined },
      { document: policy, before: undefined },
      { document: policy, before: undefined },
      { document: policy, before: { '@type': 'Set' } },
    ]);
    expect((await app.post('/policies/lint', { policy, surplus: 1 })).status).to.equal(400);
    expect((await app.post('/policies/lint', '{"a":1,"a":1}')).status).to.equal(400);
    for (const odd of ['[]', 'null', '"x"'])
      expect((await app.post('/policies/lint', odd)).status).to.equal(200);
  });

  it('are compared', async () => {
    expect((await app.post('/policies/compare', { before: {}, after: 1 })).status).to.equal(200);
    expect(app.policies.asked).to.deep.equal([{ document: 1, before: {} }]);
    expect((await app.post('/policies/compare', { before: {} })).status).to.equal(400);
  });

  it('need the scope to read, and no more', async () => {
    const reader = app.apiKeys.issueNow('reader', ['read']);
    const writer = app.apiKeys.issueNow('writer', ['grants:write']);
    expect((await app.post('/policies/lint', {}, { key: reader })).status).to.equal(200);
    expect((await app.post('/policies/lint', {}, { key: writer })).status).to.equal(403);
  });

  describe('in a decision', () => {
    const explain = (query: string, headers: Record<string, string> = {}): Promise<Response> =>
      app.ask(`/usages/${usage}/explanation${query}`, { headers });

    it('are explained in the language asked for, or preferred', async () => {
      const cases: [string, string | undefined, string][] = [
        ['', undefined, 'en'],
        ['', 'zh-CN,en;q=0.5', 'zh'],
        ['', 'fr, en;q=0.1', 'en'],
        ['', 'fr', 'en'],
        ['?language=zh', 'en', 'zh'],
        ['?language=en', 'zh', 'en'],
      ];
      for (const [query, preference, language] of cases) {
        const headers = preference === undefined ? {} : { 'accept-language': preference };
        const response = await explain(query, headers);
        expect(response.status).to.equal(200);
        expect(response.headers.get('content-language')).to.equal(language);
        expect(await response.json(), `${query} ${preference ?? ''}`).to.deep.equal({
          ...explanation,
          language,
        });
      }
      expect((await explain('?language=de')).status).to.equal(400);
      expect(await (await explain('?lease=3')).json()).to.include({ lease: 3 });
      for (const odd of ['0', 'x', '']) expect((await explain(`?lease=${odd}`)).status).to.equal(400);
    });

    it('are explained as text', async () => {
      const response = await explain('', { accept: 'text/plain' });
      expect(response.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
      expect(await response.text()).to.equal('Denied.\n\none\ntwo\n');
    });

    it('are not explained where nothing could be relied on', async () => {
      const cases = [
        ['NOT_FOUND', 404],
        ['NOT_ANSWERED', 409],
        ['REPORT_DIFFERS', 502],
        ['RULES_UNKNOWN', 502],
      ] as const;
      for (const [code, status] of cases) {
        app.policies.explain = () => Promise.reject(new PolicyError(code, 'x'));
        const response = await explain('');
        expect(response.status).to.equal(status);
        expect((await problemIn(response)).code).to.equal(code);
      }
    });
  });
});
