import { digestOf, disputeType, keys, type Id } from '@tallystick/chaincode/model';
import { governed, registrar } from './governed.js';
import { describeMachine } from './machine.js';
import { seed, someId } from './seeds.js';
import { component, steel } from './world.js';

const statement = digestOf('statement');

describeMachine({
  type: disputeType,
  async begin() {
    const world = await governed(steel, component);
    const subject = someId('claim');
    seed(world, keys.claim(subject));
    const { disputeId } = await world.run<{ disputeId: Id<'dispute'> }>(steel, 'disputes:File', {
      nonce: world.nonce(),
      subject,
      respondent: component.participant,
      statement,
    });
    const because = { disputeId, reason: 'because' };
    return {
      world,
      key: keys.dispute(disputeId),
      attempts: {
        answer: {
          caller: component,
          transaction: 'disputes:Answer',
          request: { disputeId, statement },
        },
        resolve: {
          caller: registrar,
          transaction: 'disputes:Resolve',
          request: { disputeId, finding: 'SETTLED', outcome: 'Settled' },
        },
        withdraw: { caller: steel, transaction: 'disputes:Withdraw', request: because },
        escalate: { caller: component, transaction: 'disputes:Escalate', request: because },
      },
    };
  },
  paths: {
    FILED: [],
    ANSWERED: ['answer'],
    RESOLVED: ['answer', 'resolve'],
    WITHDRAWN: ['withdraw'],
    ESCALATED: ['escalate'],
  },
  table: {
    FILED: { answer: 'ANSWERED', resolve: 'RESOLVED', withdraw: 'WITHDRAWN', escalate: 'ESCALATED' },
    ANSWERED: { resolve: 'RESOLVED', withdraw: 'WITHDRAWN', escalate: 'ESCALATED' },
    ESCALATED: { resolve: 'RESOLVED' },
    RESOLVED: {},
    WITHDRAWN: {},
  },
});
