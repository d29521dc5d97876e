import { expect } from 'chai';
import { answer, ask, buyer } from '../../chaincode/test/rights.js';
import { caseOf, usage, using } from './acts.js';
import { collect } from './collecting.js';
import { judge } from './judging.js';

describe('finality', () => {
  // A witness that joins late folds old heights, and signs each of them by its clock of today.
  it('does not follow from a late signature under an old height, when the ledger has gone on to a contest', async () => {
    const at = await using();
    const id = await ask(at);
    await answer(at, id);
    const { height } = await at.world.ledger.folded();
    await at.world.run(buyer, 'usage:Contest', { usageId: id, reason: 'NOT_DELIVERED' });
    const draft = await collect(at.world, usage(id), { height, newest: ['space'] });
    const { outcome, isFinal, asOf } = await judge(caseOf(at.world, draft));
    expect({ outcome, height: asOf?.height, isFinal }).to.deep.equal({
      outcome: 'VERIFIED',
      height,
      isFinal: false,
    });
  });
});
