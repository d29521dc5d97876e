import { EVIDENCE_MEDIA_TYPE } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { problemIn, ServedApp } from '../http/served-app.js';
import { sampleId } from '../http/samples.js';

describe('evidence routes', () => {
  const app = new ServedApp();
  before(() => app.start());
  after(() => app.stop());

  const resources = { usage: 'usages', claim: 'claims', grant: 'grants', valuation: 'valuations' } as const;

  for (const [kind, resource] of Object.entries(resources) as [keyof typeof resources, string][]) {
    it(`serve the file of a ${kind}, compact and sealed unless asked otherwise`, async () => {
      const id = sampleId(kind);
      app.evidence.files.set(id, `{"${kind}":true}`);
      const response = await app.ask(`/${resource}/${id}/evidence`);
      expect(response.status).to.equal(200);
      expect(response.headers.get('content-type')).to.equal(EVIDENCE_MEDIA_TYPE);
      expect(response.headers.get('content-disposition')).to.contain(`${id}.evidence.json`);
      expect(await response.text()).to.equal(`{"${kind}":true}`);
      await app.ask(`/${resource}/${id}/evidence?profile=full&openings=true`);
      expect(app.evidence.asked.slice(-2)).to.deep.equal([
        { subject: { kind, id }, options: { isFull: false, isOpened: false } },
        { subject: { kind, id }, options: { isFull: true, isOpened: true } },
      ]);
    });
  }

  it('say when it is not known, not collected yet, or asked for badly', async () => {
    const [known, unknown] = [sampleId('usage'), sampleId('usage', 'unknown')];
    app.evidence.files.set(known, null);
    expect(await problemIn(await app.ask(`/usages/${unknown}/evidence`))).to.include({ code: 'NOT_FOUND' });
    const pending = await app.ask(`/usages/${known}/evidence`);
    expect(pending.headers.get('retry-after')).to.equal('1');
    expect(await problemIn(pending)).to.include({ status: 503, code: 'EVIDENCE_PENDING', retryable: true });
    for (const query of ['profile=whole', 'openings=yes', 'more=1'])
      expect((await app.ask(`/usages/${known}/evidence?${query}`)).status, query).to.equal(400);
    expect((await app.ask(`/usages/${known}/evidence`, { key: '' })).status).to.equal(401);
    expect(((await (await app.ask('/readyz')).json()) as { uncollected: number }).uncollected).to.equal(1);
  });

  it('serve the statement as text', async () => {
    const response = await app.ask('/organisation/statement');
    expect(response.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
    expect(await response.text()).to.match(/^Tallystick fingerprint statement 1\n/);
  });
});
