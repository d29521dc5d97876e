import { expect } from 'chai';
import { busyLedger, type Setting } from './audit-stage.js';
import { Folding } from './folding.js';

describe('Fold', () => {
  let at: Setting;
  before(async () => {
    at = await busyLedger();
  });
  after(() => at.world.end());

  it('replays what honest endorsers made', async () => {
    const { transactions, state } = await new Folding().take(at.world.blocks());
    for (const { leaf, difference, lint, call } of transactions) {
      expect(difference, `${leaf.block} ${call?.transaction}`).equals(undefined);
      expect(lint).deep.equals([]);
    }
    const verdicts = new Set(transactions.map(({ leaf }) => leaf.verdict));
    expect(verdicts).deep.equals(new Set(['CONFIG', 'FOREIGN', 'REPLAYED']));
    expect(new Map(state.texts())).deep.equals(at.world.state);
  });
});
