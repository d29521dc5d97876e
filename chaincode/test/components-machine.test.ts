import { componentType, digestOf, keys, type Id } from '@tallystick/chaincode/model';
import { governed, operator } from './governed.js';
import { describeMachine } from './machine.js';
import { regulator, steel } from './world.js';

const VALID_UNTIL = '2027-11-01T00:00:00.000Z';

describeMachine({
  type: componentType,
  async begin() {
    const world = await governed(steel);
    const { componentId } = await world.run<{ componentId: Id<'component'> }>(
      operator,
      'components:Certify',
      {
        nonce: world.nonce(),
        owner: steel.participant,
        name: 'Connector',
        manifest: digestOf('manifest'),
        keys: [digestOf('key')],
        profile: 'BASE',
        assurance: 1,
        validUntil: VALID_UNTIL,
      },
    );
    const because = { componentId, reason: 'because' };
    return {
      world,
      key: keys.component(componentId),
      attempts: {
        renew: {
          caller: operator,
          transaction: 'components:Renew',
          request: { componentId, validUntil: VALID_UNTIL },
        },
        suspend: { caller: operator, transaction: 'components:Suspend', request: because },
        reinstate: { caller: regulator, transaction: 'components:Reinstate', request: because },
        revoke: { caller: regulator, transaction: 'components:Revoke', request: because },
      },
    };
  },
  paths: { CERTIFIED: [], SUSPENDED: ['suspend'], REVOKED: ['suspend', 'revoke'] },
  table: {
    CERTIFIED: { renew: 'CERTIFIED', suspend: 'SUSPENDED', revoke: 'REVOKED' },
    SUSPENDED: { reinstate: 'CERTIFIED', revoke: 'REVOKED' },
    REVOKED: {},
  },
  stronger: { SUSPENDED: { suspend: 'SUSPENDED' } },
});
