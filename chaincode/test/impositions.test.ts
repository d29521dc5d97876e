import { addSeconds, keys, obligationId, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { escalate, fulfil, reason } from './duties.js';
import {
  buyer,
  buyerKey,
  constraint,
  fork,
  granted,
  offer,
  patch,
  permitting,
  refined,
  registered,
  terms,
  third,
  use,
  type Granted,
  type Setting,
} from './rights.js';
import { regulator, steel } from './world.js';

type Changes = Readonly<Record<string, unknown>>;
const DAY = 86_400;

let setting: Setting;
before(async () => (setting = await registered()));

const obligationOf = ({ world }: Granted, id: string) => world.get(keys.obligation(id as Id<'obligation'>));
const breachesOf = ({ world, grantId }: Granted) => world.get(keys.breaches(grantId)).open;
const codeOf = async (at: Granted) => (await use(fork(at))).code ?? 'ALLOWED';
const byBuyer = ({ buyerComponent: component }: Granted) => ({ component });

describe('obligations:Impose', () => {
  const policy = {
    ...permitting(),
    conflict: 'prohibit',
    prohibition: [
      { action: 'print' },
      {
        action: 'distribute',
        remedy: [
          { action: 'compensate' },
          { action: refined('delete', constraint('delayPeriod', 'eq', 'P3D')) },
        ],
      },
    ],
  };
  let at: Granted;
  beforeEach(async () => (at = await granted(fork(setting), { terms: terms({ enforced: policy }) })));

  const imposing = (changes: Changes = {}) => ({ grant: at.grantId, prohibition: 1, reason, ...changes });
  const impose = () => at.world.run(regulator, 'obligations:Impose', imposing());
  const refusal = (changes: Changes = {}, by = regulator) =>
    at.world.refusal(by, 'obligations:Impose', imposing(changes));
  const remedy = (index: number) => `/prohibition/1/remedy/${index}`;

  it('makes the remedies due, and stops uses until they are done', async () => {
    const obligations = [0, 1].map((index) => obligationId(at.grantId, remedy(index)));
    expect(await impose()).to.deep.equal({ grant: at.grantId, obligations });
    expect(obligationOf(at, obligations[1]!)).to.deep.include({
      state: 'DUE',
      action: 'delete',
      due: addSeconds(at.world.now, 3 * DAY),
      breach: { at: at.world.now, by: regulator.participant, reason },
    });
    expect(await codeOf(at)).to.equal('BREACH');
    await fulfil(at, remedy(0));
    expect(await codeOf(at)).to.equal('BREACH');
    await fulfil(at, remedy(1), byBuyer(at), buyerKey);
    expect(breachesOf(at)).to.deep.equal([]);
    expect(await codeOf(at)).to.equal('ALLOWED');
  });

  it('may be found again, and each finding has remedies of its own', async () => {
    await impose();
    await impose();
    const again = obligationId(at.grantId, remedy(0), { period: 1 });
    expect(breachesOf(at)).to.have.lengthOf(4).and.to.include(again);
    await fulfil(at, remedy(0));
    await fulfil(at, remedy(0), { period: 1 });
    expect(breachesOf(at)).to.have.lengthOf(2);
  });

  it('counts a remedy that is overdue once', async () => {
    await impose();
    at.world.later(3 * DAY + 1);
    await escalate(at, remedy(1));
    expect(breachesOf(at)).to.have.lengthOf(2);
    await fulfil(at, remedy(1), byBuyer(at), buyerKey);
    expect(breachesOf(at)).to.have.lengthOf(1);
  });

  it('is for a regulator that is no party, on a prohibition that has remedies', async () => {
    expect(await refusal({}, third)).to.equal('NOT_REGULATOR');
    expect(await refusal({ prohibition: 0 })).to.equal('DUTY_NOT_FOUND');
    expect(await refusal({ prohibition: 2 })).to.equal('DUTY_NOT_FOUND');
    const { regulators } = at.world.get(keys.space());
    patch(at.world, keys.space(), { regulators: [...regulators, buyer.participant, steel.participant] });
    for (const party of [buyer, steel]) expect(await refusal({}, party)).to.equal('CONFLICT_OF_INTEREST');
    const opened = await offer(at, { terms: terms({ enforced: policy }) });
    expect(await refusal({ grant: opened.grantId })).to.equal('ILLEGAL_STATE');
  });
});
