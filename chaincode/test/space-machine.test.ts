import { amendmentType, keys, type Id } from '@tallystick/chaincode/model';
import { governed, operator, secondRegulator } from './governed.js';
import { describeMachine } from './machine.js';
import { regulator } from './world.js';

describeMachine({
  type: amendmentType,
  async begin() {
    const world = await governed();
    const { amendmentId } = await world.run<{ amendmentId: Id<'amendment'> }>(
      operator,
      'space:ProposeAmendment',
      { nonce: world.nonce(), changes: { name: 'Renamed' }, reason: 'because' },
    );
    await world.run(regulator, 'space:ApproveAmendment', { amendmentId });
    return {
      world,
      key: keys.amendment(amendmentId),
      attempts: {
        approve: {
          caller: secondRegulator,
          transaction: 'space:ApproveAmendment',
          request: { amendmentId },
        },
      },
    };
  },
  paths: { PROPOSED: [], EFFECTIVE: ['approve'] },
  table: { PROPOSED: { approve: 'EFFECTIVE' }, EFFECTIVE: {} },
});
