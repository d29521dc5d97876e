import { addSeconds, type WitnessStatement } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { answer, ask, buyer } from '../../chaincode/test/rights.js';
import { START } from '../../chaincode/test/world.js';
import { caseOf, usage, using } from './acts.js';
import { collect } from './collecting.js';
import { judge } from './judging.js';
import { witness, witnessesOf } from './witnesses.js';

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

  it('follows where every witness says after the window that the height is the newest, and not where one does not', async () => {
    const at = await using();
    const id = await ask(at);
    await answer(at, id);
    const { height } = await at.world.ledger.folded();
    const finality = async (statement: Partial<WitnessStatement>, others = statement): Promise<boolean> => {
      const draft = await collect(at.world, usage(id), { height, newest: ['space'], statement });
      const [, last] = witnessesOf(at.world.ledger.blocks);
      draft.checkpoint!.witnesses[1] = witness(last!, draft.checkpoint!.body, others);
      const { outcome, isFinal } = await judge(caseOf(at.world, draft));
      expect(outcome).to.equal('VERIFIED');
      return isFinal;
    };
    expect(await finality({ newest: height })).to.equal(true);
    expect(await finality({ newest: height + 1 })).to.equal(false);
    expect(await finality({ newest: height }, {})).to.equal(false);
    const early = addSeconds(START, 86_400);
    expect(await finality({ newest: height, signedAt: early })).to.equal(false);
  });
});
