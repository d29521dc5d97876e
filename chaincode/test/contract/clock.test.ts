import { allDescriptors, Refusal } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { CLOCK_BOUNDS, clockBoundsFrom, refuseSkewed } from '../../src/contract/clock.js';

const NOW = 1_795_000_000;

/** What a transaction dated so many seconds from this endorser's clock is refused with. */
function codeOf(transaction: string, off: number, bounds = CLOCK_BOUNDS): string | undefined {
  try {
    refuseSkewed(transaction, NOW + off, { ...bounds, now: () => NOW });
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

/** What stops or ends, or rules: no clock of an endorser may hold it up. */
const NEVER = [
  ...[
    'holds:Place',
    'holds:Release',
    'space:Pause',
    'space:Resume',
    'participants:Suspend',
    'participants:Reinstate',
  ],
  ...[
    'components:Suspend',
    'components:Reinstate',
    'components:Revoke',
    'components:Renew',
    'participants:Certify',
  ],
  ...[
    'grants:Suspend',
    'grants:Resume',
    'grants:Revoke',
    'grants:Terminate',
    'grants:Withdraw',
    'grants:Decline',
  ],
  ...['claims:Cancel', 'claims:Reject', 'consents:Withdraw', 'attestations:Withdraw', 'datasets:Classify'],
  ...[
    'usage:Deliver',
    'usage:Adjudicate',
    'obligations:Impose',
    'disputes:File',
    'disputes:Answer',
    'disputes:Resolve',
  ],
  ...[
    'disputes:Withdraw',
    'disputes:Escalate',
    'space:ProposeAmendment',
    'space:ApproveAmendment',
    'compromises:Declare',
  ],
  ...['records:Get', 'records:Restore'],
];
/** What is exempt from TIME_REGRESSION all the same is judged by the clock where a time decides whether it may be done. */
const BY_DEADLINE = ['usage:Lapse', 'usage:Contest', 'obligations:Escalate', 'participants:Exit'];

describe('an endorser’s own clock', () => {
  it('refuses what is dated far ahead or behind, but for oversight, endings and rulings', () => {
    for (const { name } of allDescriptors)
      for (const off of [14 * 60, -14 * 60]) {
        const expected = NEVER.includes(name) ? undefined : 'CLOCK_SKEW';
        expect(codeOf(name, off), `${name} ${off}`).to.equal(expected);
      }
    for (const name of BY_DEADLINE) expect(codeOf(name, 31), name).to.equal('CLOCK_SKEW');
  });

  it('takes half a minute ahead and a minute behind, unless it is told otherwise', () => {
    for (const [off, expected] of [
      [30, undefined],
      [31, 'CLOCK_SKEW'],
      [-60, undefined],
      [-61, 'CLOCK_SKEW'],
    ] as const)
      expect(codeOf('usage:Request', off), String(off)).to.equal(expected);
    const wide = clockBoundsFrom({
      TALLYSTICK_MAX_AHEAD_SECONDS: '120',
      TALLYSTICK_MAX_BEHIND_SECONDS: '900',
    });
    expect(codeOf('usage:Request', 120, wide)).to.equal(undefined);
    expect(codeOf('usage:Request', 121, wide)).to.equal('CLOCK_SKEW');
    expect(codeOf('usage:Request', -900, wide)).to.equal(undefined);
  });

  it('is given whole seconds within what a peer admits, or its own measure', () => {
    expect(clockBoundsFrom({ TALLYSTICK_MAX_AHEAD_SECONDS: '' })).to.include({ ahead: 30, behind: 60 });
    for (const text of ['0', '-1', '1.5', '901', '1e2', '30s', ' 30', 'Infinity'])
      expect(() => clockBoundsFrom({ TALLYSTICK_MAX_AHEAD_SECONDS: text }), text).to.throw(TypeError);
  });
});
