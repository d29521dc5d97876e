import { digestOf } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { answer, ask, buyer, fork, granted, patch, registered, type Granted } from './rights.js';
import { keys, regulator, steel } from './world.js';

const expired = ({ world }: Granted) => ({
  certification: {
    trustLevel: 2,
    assurance: 2,
    certifiedBy: regulator.participant,
    validUntil: world.now,
  },
});

describe('usage:Answer: double authentication', () => {
  let setting: Granted;
  before(async () => (setting = await granted(await registered())));

  const PARTICIPANT: Readonly<Record<string, (at: Granted) => object>> = {
    admitted: () => ({ state: 'ADMITTED' }),
    'active, certified': () => ({}),
    'active, expired': expired,
    'active, never certified': () => ({ certification: undefined }),
    suspended: () => ({ state: 'SUSPENDED' }),
    exited: () => ({ state: 'EXITED' }),
  };
  const COMPONENT: Readonly<Record<string, (at: Granted) => object>> = {
    certified: () => ({}),
    expired: ({ world }) => ({ validUntil: world.now }),
    suspended: () => ({ state: 'SUSPENDED' }),
    revoked: () => ({ state: 'REVOKED' }),
  };
  /** Members set to `undefined` are taken out. */
  const without = (members: object) =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

  for (const [side, who, component] of [
    ['consumer', buyer, 'buyerComponent'],
    ['provider', steel, 'steelComponent'],
  ] as const) {
    it(`allows exactly one pair of states of the ${side} and its component`, async () => {
      const allowed: string[] = [];
      for (const [standing, members] of Object.entries(PARTICIPANT)) {
        for (const [certificate, changes] of Object.entries(COMPONENT)) {
          const at = fork(setting);
          const usageId = await ask(at);
          const key = keys.participant(who.participant);
          const changed = members(at);
          if ('certification' in changed && changed.certification === undefined) {
            const { certification: _certification, ...uncertified } = at.world.get(key);
            at.world.state.set(key.text, JSON.stringify(uncertified));
          }
          patch(at.world, key, without(changed));
          patch(at.world, keys.component(at[component]), changes(at));
          const { state, code } = await answer(at, usageId);
          if (state === 'ALLOWED') allowed.push(`${standing} / ${certificate}`);
          else expect(code).to.match(new RegExp(`^${side.toUpperCase()}_`));
        }
      }
      expect(allowed).to.deep.equal(['active, certified / certified']);
    });
  }

  it('does not take a request signed by a key that has been replaced since', async () => {
    const at = fork(setting);
    const usageId = await ask(at);
    patch(at.world, keys.component(at.buyerComponent), { keys: [digestOf('new key')] });
    expect((await answer(at, usageId)).code).to.equal('CONSUMER_COMPONENT');
  });
});
