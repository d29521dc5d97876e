import { EVIDENCE_MEDIA_TYPE } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { EvidenceError } from '../../src/features/evidence/port.js';
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

  it('say when it is not known, not signed for yet, or asked for badly', async () => {
    const [known, unknown] = [sampleId('usage'), sampleId('usage', 'unknown')];
    app.evidence.files.set(known, null);
    expect(await problemIn(await app.ask(`/usages/${unknown}/evidence`))).to.include({ code: 'NOT_FOUND' });
    const pending = await app.ask(`/usages/${known}/evidence`);
    expect(pending.headers.get('retry-after')).to.equal('1');
    expect(await problemIn(pending)).to.include({ status: 503, code: 'EVIDENCE_PENDING', retryable: true });
    for (const query of ['profile=whole', 'openings=yes', 'more=1'])
      expect((await app.ask(`/usages/${known}/evidence?${query}`)).status, query).to.equal(400);
    expect((await app.ask(`/usages/${known}/evidence`, { key: '' })).status).to.equal(401);
  });

  it('serve the file compressed, as the client would best have it', async () => {
    const id = sampleId('usage', 'compressed');
    const text = `{"much":"${'of the same '.repeat(500)}"}`;
    app.evidence.files.set(id, text);
    const path = `/usages/${id}/evidence`;
    for (const [accepted, coding] of [
      ['gzip, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip', 'gzip'],
      ['identity', null],
      ['', null],
    ] as const) {
      const response = await app.ask(path, { headers: { 'accept-encoding': accepted } });
      expect(response.headers.get('content-encoding'), accepted).to.equal(coding);
      expect(response.headers.get('vary')).to.equal('accept-encoding');
      const length = Number(response.headers.get('content-length'));
      if (coding === null) expect(length).to.equal(text.length);
      else expect(length).to.be.lessThan(text.length / 10);
      expect(await response.text()).to.equal(text);
    }
  });

  it('say when the whole ledger does not fit into one file', async () => {
    const id = sampleId('usage', 'large');
    app.evidence.file = () => Promise.reject(new EvidenceError('TOO_LARGE', '12 blocks are too many'));
    const problem = await problemIn(await app.ask(`/usages/${id}/evidence?profile=full`));
    expect(problem).to.include({ status: 413, code: 'EVIDENCE_TOO_LARGE', retryable: false });
    expect(problem.detail).to.equal('12 blocks are too many');
  });

  it('serve the statement as text', async () => {
    const response = await app.ask('/organisation/statement');
    expect(response.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
    expect(await response.text()).to.match(/^Tallystick fingerprint statement 1\n/);
  });
});
