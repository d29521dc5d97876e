import { expect } from 'chai';
import fc from 'fast-check';
import { custodyMoves } from '../../src/features/custody/stores/journal.js';
import type { CustodyState } from '../../src/features/custody/stores/port.js';
import { openedState, refuses } from './opened.js';
import { times } from '../../../test/sampling.js';

describe('custody journal', () => {
  const opened = openedState();
  it('keeps what is learned on the way, and counts submissions', async () => {
    const { custody } = opened.store;
    expect(await custody.see('usage-a', 'grant-a')).to.include({ state: 'SEEN', attempts: 0 });
    const header = Uint8Array.of(1, 2, 3);
    await custody.move('usage-a', 'SEEN', 'PREPARED', { header, headerCid: 'bafy', slot: 4 });
    expect(await custody.see('usage-a', 'grant-a')).to.include({ state: 'PREPARED', slot: 4 });
    await custody.move('usage-a', 'PREPARED', 'SUBMITTED', { txId: 'tx1' });
    await custody.move('usage-a', 'SUBMITTED', 'SUBMITTED', { txId: 'tx2' });
    await opened.reopen();
    const done = await opened.store.custody.move('usage-a', 'SUBMITTED', 'RELEASED');
    expect(done).to.deep.include({
      header,
      headerCid: 'bafy',
      slot: 4,
      txId: 'tx2',
      attempts: 2,
      state: 'RELEASED',
    });
  });

  it('a step from a state it is not in any more is refused: two workers cannot both go on', async () => {
    await opened.store.custody.see('usage-a', 'grant-a');
    const moves = await Promise.allSettled([
      opened.store.custody.move('usage-a', 'SEEN', 'PREPARED', { slot: 0 }),
      opened.store.custody.move('usage-a', 'SEEN', 'PREPARED', { slot: 1 }),
    ]);
    expect(moves.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected']);
    expect(await opened.store.custody.get('usage-a')).to.include({ slot: 0 });
    await refuses(opened.store.custody.move('usage-b', 'SEEN', 'PREPARED'), 'NOT_FOUND');
    await refuses(opened.store.custody.move('usage-a', 'PREPARED', 'SUBMITTED'), 'CONFLICT');
  });

  it('lists by state in the order of change, and by grant', async () => {
    for (const name of ['a', 'b', 'c']) await opened.store.custody.see(`usage-${name}`, 'grant-a');
    await opened.store.custody.see('usage-d', 'grant-d');
    await opened.store.custody.move('usage-a', 'SEEN', 'PREPARED');
    const ids = async (...states: CustodyState[]): Promise<string[]> =>
      (await opened.store.custody.inState(states)).map(({ usageId }) => usageId);
    expect(await ids('SEEN')).to.deep.equal(['usage-b', 'usage-c', 'usage-d']);
    expect(await ids('SEEN', 'PREPARED')).to.deep.equal(['usage-b', 'usage-c', 'usage-d', 'usage-a']);
    expect(await opened.store.custody.inState(['SEEN'], 2)).to.have.length(2);
    expect(await opened.store.custody.ofGrant('grant-d')).to.have.length(1);
  });

  it('no walk leaves the table, and RELEASED is entered from SUBMITTED only', async () => {
    const states = Object.keys(custodyMoves) as CustodyState[];
    const entries = states.filter((state) => custodyMoves[state].includes('RELEASED'));
    expect(entries).to.deep.equal(['SUBMITTED']);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...states), { maxLength: 8 }), async (walk) => {
        run += 1;
        const id = `usage-walk-${run}`;
        let { state } = await opened.store.custody.see(id, 'grant-a');
        for (const to of walk) {
          const move = opened.store.custody.move(id, state, to, { txId: 'tx' });
          if (custodyMoves[state].includes(to)) state = (await move).state;
          else await refuses(move, 'CONFLICT');
        }
        expect((await opened.store.custody.get(id))?.state).to.equal(state);
      }),
      { numRuns: times(60) },
    );
  });
});
