import {
  attestationType,
  eventType,
  keys,
  obligationId,
  obligationType,
  type Id,
} from '@tallystick/chaincode/model';
import { attest, fulfilling, under } from './duties.js';
import { describeMachine } from './machine.js';
import { buyer, buyerKey, fork, granted, patch, permitting, registered, third, use } from './rights.js';
import { RULEBOOK, steel } from './world.js';

/** Grown once: every life begins with a copy. */
const setting = registered();
const DUTY = '/permission/0/duty/0';

describeMachine({
  type: obligationType,
  async begin() {
    const at = await granted(fork(await setting), under(permitting({ duty: [{ action: 'delete' }] })));
    const { usageId: usage } = (await use(at)) as unknown as { usageId: Id<'usage'> };
    const { world, grantId: grant, buyerComponent: component } = at;
    world.later(RULEBOOK.matchWithin + 1000);
    const key = keys.obligation(obligationId(grant, DUTY, { usage }));
    patch(world, key, { updatedAt: world.now });
    return {
      world,
      key,
      attempts: {
        fulfil: {
          caller: buyerKey,
          transaction: 'obligations:Fulfil',
          request: fulfilling(at, DUTY, { usage, component }),
        },
        escalate: {
          caller: third,
          transaction: 'obligations:Escalate',
          request: { grant, duty: DUTY, usage },
        },
      },
    };
  },
  paths: { DUE: [], FULFILLED: ['fulfil'], BREACHED: ['escalate'] },
  table: {
    DUE: { fulfil: 'FULFILLED', escalate: 'BREACHED' },
    BREACHED: { fulfil: 'FULFILLED' },
    FULFILLED: {},
  },
});

describeMachine({
  type: eventType,
  async begin() {
    const { world } = fork(await setting);
    const { eventId } = await world.run<{ eventId: Id<'event'> }>(steel, 'events:Declare', {
      nonce: world.nonce(),
      name: 'maintenance window',
    });
    const request = { eventId };
    return {
      world,
      key: keys.event(eventId),
      attempts: {
        open: { caller: steel, transaction: 'events:Open', request },
        close: { caller: steel, transaction: 'events:Close', request },
      },
    };
  },
  paths: { AHEAD: [], OPEN: ['open'], CLOSED: ['open', 'close'] },
  table: { AHEAD: { open: 'OPEN' }, OPEN: { close: 'CLOSED' }, CLOSED: {} },
});

describeMachine({
  type: attestationType,
  async begin() {
    const at = await granted(fork(await setting));
    const attestationId = await attest(at);
    return {
      world: at.world,
      key: keys.attestation(attestationId),
      attempts: {
        withdraw: { caller: buyer, transaction: 'attestations:Withdraw', request: { attestationId } },
      },
    };
  },
  paths: { MADE: [], WITHDRAWN: ['withdraw'] },
  table: { MADE: { withdraw: 'WITHDRAWN' }, WITHDRAWN: {} },
});
