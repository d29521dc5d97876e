import { replay, type Recorded } from '@tallystick/verifier';
import { RULES_VERSION } from '@tallystick/chaincode/rules';
import { expect } from 'chai';

// Replay needs a certificate; the system suite replays recorded transactions. Here: what must not be evaluated.
const recorded: Recorded = {
  transaction: 'holds:Place',
  argument: '{}',
  creator: { mspId: 'SteelMSP', certificate: 'none' },
  time: '2026-11-24T08:00:00.000Z',
  reads: new Map(),
  writes: new Map(),
  openings: new Map(),
};

describe('verifier replay', () => {
  it('does not evaluate records of other rules', async () => {
    const writes = new Map([['space', '{"rules":"tallystick-rules/0"}']]);
    expect(await replay({ ...recorded, writes })).to.deep.equal({
      result: 'not-evaluated',
      reason: 'RULES_UNKNOWN',
      facts: { rules: 'tallystick-rules/0' },
    });
  });

  it('does not evaluate what two versions of the rules are said to have written at once', async () => {
    const writes = new Map([
      ['space', `{"rules":"${RULES_VERSION}"}`],
      ['grant', '{"rules":"tallystick-rules/0"}'],
    ]);
    expect(await replay({ ...recorded, writes })).to.include({ result: 'not-evaluated' });
  });

  it('fails a transaction whose creator has no certificate', async () => {
    const writes = new Map([['space', `{"rules":"${RULES_VERSION}"}`]]);
    expect(await replay({ ...recorded, writes })).to.deep.equal({
      result: 'fail',
      reason: 'RULES_REFUSE',
      facts: { refusal: 'BAD_CREATOR' },
    });
  });
});
