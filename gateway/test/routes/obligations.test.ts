import { expect } from 'chai';
import { sampleId } from '../http/samples.js';
import { problemIn, ServedApp } from '../http/served-app.js';

interface Listed {
  readonly items: readonly { readonly name: string }[];
}

describe('obligations', () => {
  const app = new ServedApp();
  const grant = sampleId('grant');
  const usage = sampleId('usage');
  before(async () => {
    await app.start();
    const put = (name: string, value: Record<string, unknown>): void =>
      app.projection.put(`obligation/${sampleId('obligation', name)}`, { name, grant, ...value }, 1n);
    put('late', { state: 'DUE', due: '2026-05-31T23:59:59.999Z', usage });
    put('now', { state: 'DUE', due: '2026-06-01T00:00:00.000Z' });
    put('early', { state: 'DUE', due: '2026-06-02T00:00:00.000Z' });
    put('timeless', { state: 'DUE' });
    put('done', { state: 'FULFILLED', due: '2026-05-01T00:00:00.000Z' });
  });
  after(() => app.stop());

  const named = async (query: string): Promise<string[]> => {
    const { items } = (await (await app.ask(`/obligations?${query}`)).json()) as Listed;
    return items.map(({ name }) => name);
  };

  it('that are overdue are those due before now, whoever reads', async () => {
    expect(await named('overdue=true')).to.deep.equal(['late']);
    expect(await named(`overdue=true&grant=${grant}&state=DUE`)).to.deep.equal(['late']);
    expect(await named(`overdue=true&usage=${sampleId('usage', 'other')}`)).to.deep.equal([]);
    app.now = '2026-06-01T00:00:00.001Z';
    expect(await named('overdue=true')).to.deep.equal(['late', 'now']);
    app.now = '2026-06-01T00:00:00.000Z';
  });

  it('are found by grant, use and state', async () => {
    expect(await named(`grant=${grant}&state=FULFILLED`)).to.deep.equal(['done']);
    expect(await named(`usage=${usage}`)).to.deep.equal(['late']);
  });

  it('cannot be overdue and done', async () => {
    for (const query of ['overdue=true&state=FULFILLED', 'overdue=yes', 'overdue=false', 'due=x']) {
      const response = await app.ask(`/obligations?${query}`);
      expect(response.status, query).to.equal(400);
    }
    const problem = await problemIn(await app.ask('/obligations?overdue=true&state=BREACHED'));
    expect(problem.errors).to.deep.equal([{ parameter: 'state', reason: 'contradicts overdue' }]);
  });

  it('and leases of a use are listed', async () => {
    app.projection.put(`lease/${usage}/1`, { usage, number: 1, outcome: 'ALLOWED' }, 2n);
    app.projection.put(`lease/${usage}/2`, { usage, number: 2, outcome: 'DENIED' }, 3n);
    const response = await app.ask(`/leases?usage=${usage}&outcome=DENIED`);
    expect(((await response.json()) as { items: object[] }).items).to.deep.equal([
      { usage, number: 2, outcome: 'DENIED' },
    ]);
  });
});
