import { USES_MEDIA_TYPE } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { problemIn, ServedApp } from '../http/served-app.js';
import { sampleId } from '../http/samples.js';

describe('reports of uses', () => {
  const app = new ServedApp();
  before(() => app.start());
  after(() => app.stop());
  beforeEach(() => (app.evidence.reports.length = 0));

  const grant = sampleId('grant');
  const instants = 'from=2026-11-01T00:00:00.000Z&to=2026-12-01T00:00:00.000Z';

  it('name one list, by dataset, grant or party', async () => {
    const lists = { dataset: 'dataset', grant: 'grant', party: 'participant' } as const;
    for (const [name, kind] of Object.entries(lists) as [string, (typeof lists)['party']][]) {
      const response = await app.ask(`/reports/uses?${name}=${sampleId(kind)}`);
      expect(response.status, name).to.equal(200);
    }
    expect(app.evidence.reports).to.deep.equal(
      Object.values(lists).map((kind) => ({
        question: { list: { kind, id: sampleId(kind) } },
        page: { skip: 0, limit: 50 },
      })),
    );
    for (const query of ['', `grant=${grant}&dataset=${sampleId('dataset')}`, 'grant=none', `usage=${grant}`])
      expect((await app.ask(`/reports/uses?${query}`)).status, query).to.equal(400);
    expect((await app.ask(`/reports/uses?grant=${grant}`, { key: '' })).status).to.equal(401);
  });

  it('are read page by page', async () => {
    const first = await app.ask(`/reports/uses?grant=${grant}&${instants}&limit=40`);
    const body = (await first.json()) as Record<string, unknown>;
    expect(body).to.deep.equal({ from: -1, to: 9, count: 60, items: [], next: '40' });
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await app.ask(next);
    expect(await second.json()).to.deep.equal({ from: -1, to: 9, count: 60, items: [] });
    expect(second.headers.has('link')).to.equal(false);
    const question = {
      list: { kind: 'grant', id: grant },
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-12-01T00:00:00.000Z',
    };
    expect(app.evidence.reports).to.deep.equal([
      { question, page: { skip: 0, limit: 40 } },
      { question, page: { skip: 40, limit: 40 } },
    ]);
    for (const query of ['cursor=x', 'cursor=-1', 'limit=0', 'from=yesterday'])
      expect((await app.ask(`/reports/uses?grant=${grant}&${query}`)).status, query).to.equal(400);
  });

  it('are proven in one file', async () => {
    const response = await app.ask(`/reports/uses?grant=${grant}&prove=true`, {
      headers: { 'accept-encoding': 'br' },
    });
    expect(response.headers.get('content-type')).to.equal(USES_MEDIA_TYPE);
    expect(response.headers.get('content-encoding')).to.equal('br');
    expect(response.headers.get('content-disposition')).to.contain(`${grant}.uses.json`);
    expect(await response.text()).to.equal('{"proven":true}');
    expect(app.evidence.reports).to.deep.equal([{ question: { list: { kind: 'grant', id: grant } } }]);
    const paged = await app.ask(`/reports/uses?grant=${grant}&prove=true&limit=10`);
    expect(await problemIn(paged)).to.include({ status: 400, code: 'MALFORMED' });
  });
});
