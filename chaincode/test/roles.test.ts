import { Refusal } from '@tallystick/chaincode/model';
import { execute, NEWEST, type Call } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import { recordStory, untriedIn, UNTRIED, type Recorded } from './recording.js';

async function codeOf(call: Call, state: ReadonlyMap<string, string>): Promise<string | undefined> {
  try {
    await execute(NEWEST, call, (key) => Promise.resolve(state.get(key)));
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

describe('roles that write nothing', () => {
  let recorded: readonly Recorded[];
  before(async () => (recorded = (await recordStory()).filter(({ isRefused }) => !isRefused)));

  for (const role of ['auditor', 'witness'] as const) {
    it(`${role}: every transaction that someone else may make is refused, whatever key signs it`, async () => {
      expect(untriedIn(recorded, NEWEST.rules.keys()), UNTRIED).to.deep.equal([]);
      for (const { call, state } of recorded) {
        expect(await codeOf(call, state), call.transaction).to.equal(undefined);
        const other = { ...call, caller: { ...call.caller, role } };
        expect(await codeOf(other, state), call.transaction).to.equal('NOT_AUTHORISED');
      }
    });
  }
});
