import { expect } from 'chai';
import { openedState, refuses } from './opened.js';

describe('journal of duties', () => {
  const opened = openedState();

  it('keeps what is learned on the way, over a restart', async () => {
    const { duties } = opened.store;
    expect(await duties.open('obligation-a', 'DELETE')).to.include({ state: 'OPEN', role: 'DELETE' });
    await duties.move('obligation-a', 'DELETE', 'OPEN', { reason: 'UNAVAILABLE' });
    await duties.move('obligation-a', 'DELETE', 'DONE', { evidence: 'sha256:1' });
    await opened.reopen();
    expect(await opened.store.duties.get('obligation-a', 'DELETE')).to.include({
      state: 'DONE',
      evidence: 'sha256:1',
      reason: 'UNAVAILABLE',
    });
    expect(await opened.store.duties.open('obligation-a', 'DELETE')).to.include({ state: 'DONE' });
  });

  it('holds one entry for each role, and forgets none that is not closed', async () => {
    const { duties } = opened.store;
    await duties.open('obligation-a', 'INFORM');
    await duties.open('obligation-a', 'ACKNOWLEDGE', 'DONE', { notice: '{}' });
    await duties.open('obligation-b', 'DELETE');
    await duties.move('obligation-a', 'INFORM', 'CLOSED');
    const left = (await duties.unfinished()).map(({ obligationId, role, state }) => [
      obligationId,
      role,
      state,
    ]);
    expect(left).to.deep.equal([
      ['obligation-a', 'ACKNOWLEDGE', 'DONE'],
      ['obligation-b', 'DELETE', 'OPEN'],
    ]);
  });

  it('goes no step back', async () => {
    const { duties } = opened.store;
    await duties.open('obligation-a', 'DELETE');
    await duties.move('obligation-a', 'DELETE', 'CLOSED');
    await refuses(duties.move('obligation-a', 'DELETE', 'DONE'), 'CONFLICT');
    await refuses(duties.move('obligation-b', 'DELETE', 'DONE'), 'NOT_FOUND');
  });
});
