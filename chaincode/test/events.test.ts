import { deriveId, keys, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { under } from './duties.js';
import {
  buyer,
  constraint,
  fork,
  granted,
  policyOf,
  registered,
  third,
  use,
  type Setting,
} from './rights.js';
import { someId } from './seeds.js';
import { steel } from './world.js';

describe('events:Declare, Open and Close', () => {
  let setting: Setting;
  let at: Setting;
  before(async () => (setting = await registered()));
  beforeEach(() => (at = fork(setting)));

  const declaring = () => ({ nonce: at.world.nonce(), name: 'recall of series 7' });
  const declare = async () =>
    (await at.world.run(steel, 'events:Declare', declaring()))['eventId'] as Id<'event'>;

  it('begins and ends, by the word of who declared it', async () => {
    const request = declaring();
    const eventId = deriveId('event', { mspId: 'SteelMSP' }, request);
    expect(await at.world.run(steel, 'events:Declare', request)).to.deep.equal({ eventId, state: 'AHEAD' });
    expect(await at.world.refusal(steel, 'events:Declare', request)).to.equal('ALREADY_EXISTS');
    expect(await at.world.refusal(buyer, 'events:Open', { eventId })).to.equal('NOT_PARTY');
    expect(await at.world.run(steel, 'events:Open', { eventId })).to.deep.equal({ eventId, state: 'OPEN' });
    const openedAt = at.world.now;
    at.world.later(60);
    expect(await at.world.refusal(third, 'events:Close', { eventId })).to.equal('NOT_PARTY');
    expect(await at.world.run(steel, 'events:Close', { eventId })).to.deep.equal({
      eventId,
      state: 'CLOSED',
    });
    expect(at.world.get(keys.event(eventId))).to.deep.include({
      name: 'recall of series 7',
      declaredBy: steel.participant,
      openedAt,
      closedAt: at.world.now,
    });
  });

  it('moves only forward', async () => {
    const eventId = await declare();
    const refusal = (verb: string) => at.world.refusal(steel, `events:${verb}`, { eventId });
    expect(await refusal('Close')).to.equal('ILLEGAL_STATE');
    await at.world.run(steel, 'events:Open', { eventId });
    expect(await refusal('Open')).to.equal('ILLEGAL_STATE');
    await at.world.run(steel, 'events:Close', { eventId });
    for (const verb of ['Open', 'Close']) expect(await refusal(verb)).to.equal('ILLEGAL_STATE');
    expect(await at.world.refusal(steel, 'events:Open', { eventId: someId('event') })).to.equal('NOT_FOUND');
  });

  it('bounds uses: before it, during it, after it', async () => {
    for (const [operator, allowed] of [
      ['lt', 'AHEAD'],
      ['eq', 'OPEN'],
      ['gt', 'CLOSED'],
    ] as const) {
      const eventId = await declare();
      const bound = await granted(at, under(policyOf(constraint('event', operator, eventId))));
      const seen: string[] = [];
      for (const [state, verb] of [['AHEAD'], ['OPEN', 'Open'], ['CLOSED', 'Close']] as const) {
        if (verb !== undefined) await at.world.run(steel, `events:${verb}`, { eventId });
        const { code } = await use(bound);
        if (code === undefined) seen.push(state);
        else expect(code).to.equal('TIME_WINDOW');
      }
      expect(seen, operator).to.deep.equal([allowed]);
    }
  });

  it('bounds nothing to the good when nobody has declared it', async () => {
    for (const operator of ['lt', 'eq', 'gt']) {
      const bound = await granted(at, under(policyOf(constraint('event', operator, someId('event')))));
      expect((await use(bound)).code, operator).to.equal('TIME_WINDOW');
    }
  });
});
