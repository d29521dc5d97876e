import { digestOf, encode, type HoldEffect, type Holds, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { isHeld, refuseHeld } from '../src/rules/holds/index.js';
import { Overlay } from '../src/rules/ledger.js';
import { governed, operator, registrar, secondRegulator } from './governed.js';
import { seed, someId } from './seeds.js';
import { component, keys, regulator, START, steel, type World } from './world.js';

const subject = someId('dataset');
const reason = 'because';
const TERM = { from: START, until: '2026-12-24T08:00:00.000Z' };
type Placed = { subject: Id<'dataset' | 'claim' | 'grant'>; holdId: Id<'hold'> };

const order = (world: World, changes: object = {}): [string, object] => [
  'holds:Place',
  {
    nonce: world.nonce(),
    subject,
    authority: 'Intermediate People’s Court',
    orderNumber: '(2026) 01',
    orderDigest: digestOf('order'),
    effects: ['NO_USE'],
    term: TERM,
    ...changes,
  },
];

async function ordered(): Promise<World> {
  const world = await governed(steel, component);
  seed(world, keys.dataset(subject));
  return world;
}

const recorded = (world: World): Holds => world.get(keys.holds(subject));

describe('holds:Place', () => {
  it('collects all holds on a subject in one record, in order', async () => {
    const world = await ordered();
    const first = await world.run<Placed>(regulator, ...order(world));
    const second = await world.run<Placed>(secondRegulator, ...order(world, { orderNumber: '(2026) 02' }));
    const { holds } = recorded(world);
    expect(holds.map(({ id }) => id)).to.deep.equal([first.holdId, second.holdId]);
    expect(holds[1]).to.deep.include({ enteredBy: secondRegulator.participant, term: TERM });
    expect(holds[1]).to.not.have.property('nonce');
  });

  it('refuses more holds than a record has room for, and loses none of them', async () => {
    const world = await ordered();
    await world.run(regulator, ...order(world));
    const [one] = recorded(world).holds;
    const fill = (count: number): void => {
      const holds = Array.from({ length: count }, (_, n) => ({ ...one, id: someId('hold', `${n}`) }));
      seed(world, keys.holds(subject), { subject, holds } as Partial<Holds>);
    };
    fill(99);
    expect(await world.refusal(regulator, ...order(world)), 'the hundredth').to.equal(undefined);
    fill(100);
    expect(await world.refusal(regulator, ...order(world)), 'one more').to.equal('ILLEGAL_STATE');
  });

  it('is for regulators', async () => {
    const world = await ordered();
    for (const caller of [operator, registrar, steel]) {
      expect(await world.refusal(caller, ...order(world))).to.equal('NOT_REGULATOR');
    }
  });

  it('is placed on datasets, claims and grants that exist', async () => {
    const world = await ordered();
    seed(world, keys.claim(someId('claim')), { id: someId('claim') });
    seed(world, keys.grant(someId('grant')));
    const { parent: _parent, ...grant } = world.get(keys.grant(someId('grant')));
    world.state.set(keys.grant(someId('grant')).text, encode({ ...grant, claim: someId('claim') }));
    for (const kind of ['dataset', 'claim', 'grant'] as const) {
      expect(await world.refusal(regulator, ...order(world, { subject: someId(kind) }))).to.equal(undefined);
      const unknown = order(world, { subject: someId(kind, 'unknown') });
      expect(await world.refusal(regulator, ...unknown)).to.equal('NOT_FOUND');
    }
  });

  it('must not be over already, nor empty', async () => {
    const world = await ordered();
    const past = { from: '2026-01-01T00:00:00.000Z', until: START };
    expect(await world.refusal(regulator, ...order(world, { term: past }))).to.equal('PERIOD_INVALID');
    expect(await world.refusal(regulator, ...order(world, { effects: [] }))).to.equal('MALFORMED');
  });

  it('is entered once per request', async () => {
    const world = await ordered();
    const request = order(world);
    await world.run(regulator, ...request);
    expect(await world.refusal(regulator, ...request)).to.equal('ALREADY_EXISTS');
  });

  it('stays possible while the space is paused', async () => {
    const world = await ordered();
    await world.run(regulator, 'space:Pause', { reason });
    expect(await world.refusal(regulator, ...order(world))).to.equal(undefined);
  });
});

describe('holds:Release', () => {
  it('keeps the hold on record, with who released it and when', async () => {
    const world = await ordered();
    const kept = await world.run<Placed>(regulator, ...order(world));
    const placed = await world.run<Placed>(regulator, ...order(world));
    await world.later(60).run(secondRegulator, 'holds:Release', { ...placed, reason });
    const [first, second] = recorded(world).holds;
    expect(first).to.include({ id: kept.holdId }).and.not.have.property('released');
    const released = { by: secondRegulator.participant, at: world.now, reason };
    expect(second).to.deep.include({ id: placed.holdId, released });
  });

  it('is for regulators, whoever entered it', async () => {
    const world = await ordered();
    const placed = await world.run<Placed>(regulator, ...order(world));
    for (const caller of [operator, registrar, steel]) {
      expect(await world.refusal(caller, 'holds:Release', { ...placed, reason })).to.equal('NOT_REGULATOR');
    }
    // Who entered a hold releases it no more after leaving the office.
    const changes = { regulators: [secondRegulator.participant] };
    const amendment = await world.run(operator, 'space:ProposeAmendment', {
      nonce: world.nonce(),
      changes,
      reason,
    });
    for (const approver of [regulator, secondRegulator]) {
      await world.run(approver, 'space:ApproveAmendment', amendment);
    }
    expect(await world.refusal(regulator, 'holds:Release', { ...placed, reason })).to.equal('NOT_REGULATOR');
    expect(await world.refusal(secondRegulator, 'holds:Release', { ...placed, reason })).to.equal(undefined);
    expect(await world.refusal(regulator, ...order(world))).to.equal('NOT_REGULATOR');
  });

  it('happens once', async () => {
    const world = await ordered();
    const placed = await world.run<Placed>(regulator, ...order(world));
    await world.run(regulator, 'holds:Release', { ...placed, reason });
    expect(await world.refusal(regulator, 'holds:Release', { ...placed, reason })).to.equal('ILLEGAL_STATE');
  });

  it('is refused for a hold or a subject without one', async () => {
    const world = await ordered();
    const request = { subject, holdId: someId('hold'), reason };
    expect(await world.refusal(regulator, 'holds:Release', request)).to.equal('NOT_FOUND');
    await world.run(regulator, ...order(world));
    expect(await world.refusal(regulator, 'holds:Release', request)).to.equal('NOT_FOUND');
  });
});

describe('a hold in effect', () => {
  const judge = async (world: World, effect: HoldEffect, at: string): Promise<boolean> => {
    const overlay = new Overlay((key) => Promise.resolve(world.state.get(key)), {
      openings: new Map(),
    });
    const isRefused = await refuseHeld(overlay, [someId('claim'), subject], effect, at).then(
      () => false,
      (error: unknown) => {
        expect(error).to.include({ code: 'HOLD_IN_EFFECT' });
        return true;
      },
    );
    expect(isRefused).to.equal(isHeld(await overlay.get(keys.holds(subject)), effect, at));
    return isRefused;
  };

  it('forbids what it names, within its term, until released: no transaction ends it', async () => {
    const world = await ordered();
    expect(await judge(world, 'NO_USE', START)).to.equal(false);
    const from = '2026-11-25T00:00:00.000Z';
    const until = '2026-11-26T00:00:00.000Z';
    const effects = ['NO_USE', 'NO_TRANSFER'];
    const placed = await world.run<Placed>(regulator, ...order(world, { effects, term: { from, until } }));
    expect(await judge(world, 'NO_USE', '2026-11-24T23:59:59.999Z')).to.equal(false);
    for (const effect of ['NO_USE', 'NO_TRANSFER'] as const) {
      expect(await judge(world, effect, from)).to.equal(true);
      expect(await judge(world, effect, '2026-11-25T23:59:59.999Z')).to.equal(true);
    }
    for (const effect of ['NO_NEW_GRANT', 'NO_DELETION'] as const) {
      expect(await judge(world, effect, from)).to.equal(false);
    }
    expect(await judge(world, 'NO_USE', until)).to.equal(false);
    await world.run(regulator, 'holds:Release', { ...placed, reason });
    expect(await judge(world, 'NO_USE', from)).to.equal(false);
  });

  it('outlasts the release of another', async () => {
    const world = await ordered();
    const first = await world.run<Placed>(regulator, ...order(world));
    await world.run(regulator, ...order(world));
    await world.run(regulator, 'holds:Release', { ...first, reason });
    expect(await judge(world, 'NO_USE', START)).to.equal(true);
  });

  it('is an overlay: it commutes with the life of what it lies on', async () => {
    const start = await ordered();
    const hold = order(start);
    const filing: [string, object] = [
      'disputes:File',
      { nonce: start.nonce(), subject, respondent: component.participant, statement: digestOf('statement') },
    ];
    const [before, after] = [start.fork(), start.fork()];
    await before.run(regulator, ...hold);
    await before.run(steel, ...filing);
    await after.run(steel, ...filing);
    await after.run(regulator, ...hold);
    expect(new Map([...before.state].toSorted())).to.deep.equal(new Map([...after.state].toSorted()));
  });
});
