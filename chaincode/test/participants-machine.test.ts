import { keys, participantType } from '@tallystick/chaincode/model';
import { governed, operator } from './governed.js';
import { describeMachine } from './machine.js';
import { profileOf, regulator, steel } from './world.js';

const self = { participantId: steel.participant };
const because = { ...self, reason: 'because' };
const certificate = { trustLevel: 2, assurance: 2, validUntil: '2027-06-01T00:00:00.000Z' };

describeMachine({
  type: participantType,
  async begin() {
    const world = await governed();
    await world.run(operator, 'participants:Admit', profileOf('SteelMSP'));
    return {
      world,
      key: keys.participant(steel.participant),
      attempts: {
        activate: {
          caller: steel,
          transaction: 'participants:Activate',
          request: { ...self, rulebook: 1 },
        },
        suspend: { caller: operator, transaction: 'participants:Suspend', request: because },
        reinstate: { caller: regulator, transaction: 'participants:Reinstate', request: because },
        certify: {
          caller: regulator,
          transaction: 'participants:Certify',
          request: { ...self, ...certificate },
        },
        rotate: {
          caller: steel,
          transaction: 'participants:RotateKey',
          request: { ...self, ownerKey: `0x${'a'.repeat(40)}` },
        },
        exit: { caller: steel, transaction: 'participants:Exit', request: { ...self, lapsed: [] } },
      },
    };
  },
  paths: {
    ADMITTED: [],
    ACTIVE: ['activate'],
    SUSPENDED: ['activate', 'suspend'],
    EXITED: ['activate', 'exit'],
  },
  table: {
    ADMITTED: { activate: 'ACTIVE', certify: 'ADMITTED' },
    ACTIVE: { suspend: 'SUSPENDED', certify: 'ACTIVE', rotate: 'ACTIVE', exit: 'EXITED' },
    SUSPENDED: { reinstate: 'ACTIVE', certify: 'SUSPENDED' },
    EXITED: {},
  },
  stronger: { SUSPENDED: { suspend: 'SUSPENDED' } },
  // What a participant does itself is stopped before its rule is asked.
  refusedWith: (_state, attempt) =>
    ['activate', 'rotate', 'exit'].includes(attempt) ? 'PARTICIPANT_NOT_ACTIVE' : 'ILLEGAL_STATE',
});
