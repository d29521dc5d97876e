import { expect } from 'chai';
import { sampleId, sha } from '../http/samples.js';
import { problemIn, ServedApp } from '../http/served-app.js';

describe('custody routes', () => {
  const app = new ServedApp();
  before(() => app.start());
  after(() => app.stop());

  const [claimId, to] = [sampleId('claim'), sampleId('participant')];
  const post = (path: string, body: unknown): Promise<Response> =>
    app.ask(`/claims/${claimId}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('hand a claim over, and take it over', async () => {
    const handed = await post('hand-over', { to, grants: 'PASS' });
    expect(handed.status).to.equal(201);
    expect(handed.headers.get('location')).to.equal(`/claims/${claimId}`);
    const { offerDigest, blockNumber } = (await handed.json()) as {
      offerDigest: string;
      blockNumber: number;
    };
    expect(blockNumber).to.equal(8);
    const taken = await post('take-over', { offerDigest });
    expect(taken.status).to.equal(201);
    expect(taken.headers.get('location')).to.equal('/claims/claim-made');
    expect(app.useCases.asked.slice(-2)).to.deep.equal([
      { by: 'officer', claimId, to: { to, grants: 'PASS' } },
      { by: 'officer', claimId, offerDigest },
    ]);
  });

  it('say what is wrong with a body, and ask for the scope', async () => {
    for (const [path, body] of [
      ['hand-over', { to }],
      ['hand-over', { to, grants: 'KEEP' }],
      ['hand-over', { to: 'nobody', grants: 'END' }],
      ['take-over', {}],
      ['take-over', { offerDigest: sha('offer'), force: true }],
    ] as const) {
      const problem = await problemIn(await post(path, body));
      expect([problem.status, problem.code], path).to.deep.equal([400, 'MALFORMED']);
    }
  });
});
