import { expect } from 'chai';
import { ObligationError } from '../../src/features/obligations/port.js';
import { sampleId } from '../http/samples.js';
import { problemIn, ServedApp } from '../http/served-app.js';

describe('notices and deletions by HTTP', () => {
  let app: ServedApp;
  beforeEach(async () => {
    app = await new ServedApp().start();
  });
  afterEach(() => app.stop());

  it('a notice needs no key, and is kept', async () => {
    const response = await app.post('/notices', { notice: 1 }, { key: '' });
    expect(response.status).to.equal(202);
    expect(await response.json()).to.deep.equal({ obligationId: sampleId('obligation') });
    expect(app.notices).to.deep.equal([{ notice: 1 }]);
  });

  it('a notice that is not believed, or too early', async () => {
    for (const [code, status] of [
      ['NOTICE_INVALID', 403],
      ['OBLIGATION_UNKNOWN', 404],
    ] as const) {
      app.obligations = { ...app.obligations, receive: () => Promise.reject(new ObligationError(code, 'x')) };
      const response = await app.post('/notices', {}, { key: '' });
      expect(response.status).to.equal(status);
      const problem = await problemIn(response);
      expect([problem.code, problem.retryable]).to.deep.equal([code, status === 404]);
    }
  });

  it('a use is deleted by who may write obligations', async () => {
    const path = `/usages/${sampleId('usage')}/delete`;
    const response = await app.ask(path, { method: 'POST' });
    expect(response.status).to.equal(202);
    expect(await response.json()).to.deep.equal({
      usageId: sampleId('usage'),
      wasKeyHere: true,
      obligations: [],
    });
    const user = app.apiKeys.issueNow('user', ['usage:write']);
    expect((await app.ask(path, { method: 'POST', key: user })).status).to.equal(403);
  });
});
