import { addSeconds, digestOf, type Compromises } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { governed, operator, secondRegulator, stranger } from './governed.js';
import { answer, ask, buyer, buyerKey, granted, patch, registered } from './rights.js';
import { component, keys, profileOf, regulator, steel, who, type World } from './world.js';

const DAY = 86_400;
const key = digestOf('a key');

const declaration = (world: World, changes: object = {}): [string, object] => [
  'compromises:Declare',
  { participant: steel.participant, key, from: world.now, reason: 'a stolen laptop', ...changes },
];

const recorded = (world: World, mspId = 'SteelMSP'): Compromises => world.get(keys.compromises(mspId));

describe('compromises:Declare', () => {
  let space: World;
  before(async () => (space = await governed(steel, component)));

  it('records who declared which key of which participant, from when on and why', async () => {
    const world = space.fork();
    const from = addSeconds(world.now, -DAY);
    await world.run(steel, ...declaration(world, { from }));
    const [declared] = recorded(world).keys;
    expect(declared).to.deep.equal({
      participant: steel.participant,
      key,
      from,
      by: steel.participant,
      mspId: 'SteelMSP',
      signedBy: steel.keyDigest,
      at: world.now,
      reason: 'a stolen laptop',
    });
    expect(recorded(world).mspId).to.equal('SteelMSP');
  });

  it('is for an officer of the participant, also of one that is suspended, and for regulators', async () => {
    const world = space.fork();
    await world.run(operator, 'participants:Suspend', { participantId: steel.participant, reason: 'x' });
    for (const [by, expected] of [
      [steel, undefined],
      [regulator, undefined],
      [secondRegulator, undefined],
      [component, 'NOT_REGULATOR'],
      [operator, 'NOT_REGULATOR'],
      [stranger, 'NOT_REGULATOR'],
      [who('SteelMSP', 'operator'), 'NOT_AUTHORISED'],
      [who('SteelMSP', 'officer', 'mill'), 'NOT_REGULATOR'],
    ] as const)
      expect(await world.refusal(by, ...declaration(world)), `${by.mspId} ${by.unit}`).to.equal(expected);
    const unknown = declaration(world, { participant: stranger.participant });
    expect(await world.refusal(regulator, ...unknown)).to.equal('NOT_FOUND');
    patch(world, keys.participant(regulator.participant), { state: 'SUSPENDED' });
    expect(await world.refusal(regulator, ...declaration(world))).to.equal('PARTICIPANT_NOT_ACTIVE');
  });

  it('is never dated ahead, and further back than 30 days only by a regulator of another organisation', async () => {
    const world = space.fork().later(100 * DAY);
    const at = (seconds: number, participant = steel.participant) =>
      declaration(world, { from: addSeconds(world.now, seconds), participant });
    expect(await world.refusal(steel, ...at(1))).to.equal('PERIOD_INVALID');
    expect(await world.refusal(regulator, ...at(1))).to.equal('PERIOD_INVALID');
    expect(await world.refusal(steel, ...at(-30 * DAY))).to.equal(undefined);
    expect(await world.refusal(steel, ...at(-30 * DAY - 1))).to.equal('PERIOD_INVALID');
    expect(await world.refusal(regulator, ...at(-90 * DAY))).to.equal(undefined);
    expect(await world.refusal(regulator, ...at(-90 * DAY, regulator.participant))).to.equal(
      'PERIOD_INVALID',
    );
  });

  it('moves a date only to an earlier one, and takes nothing back', async () => {
    const world = space.fork();
    const at = (seconds: number) => declaration(world, { from: addSeconds(world.now, seconds) });
    await world.run(steel, ...at(-DAY));
    for (const seconds of [-DAY, -DAY + 1, 0])
      expect(await world.refusal(regulator, ...at(seconds))).to.equal('ALREADY_EXISTS');
    await world.run(regulator, ...at(-2 * DAY));
    expect(recorded(world).keys.map(({ from, by }) => [from, by])).to.deep.equal([
      [addSeconds(world.now, -2 * DAY), regulator.participant],
    ]);
  });

  it('leaves room for regulators when an officer has filled its own', async () => {
    const world = space.fork();
    const other = (n: number) => declaration(world, { key: digestOf(`key ${n}`) });
    for (let n = 0; n < 50; n += 1) await world.run(steel, ...other(n));
    expect(await world.refusal(steel, ...other(50))).to.equal('ILLEGAL_STATE');
    await world.run(regulator, ...other(50));
    expect(recorded(world).keys).to.have.length(51);
  });
});

describe('a key that has been declared compromised', () => {
  it('signs nothing more, whatever time is stated, and others of its participant still do', async () => {
    const world = await governed(steel, component);
    await world.run(steel, ...declaration(world, { key: steel.keyDigest }));
    const renewed = { ...steel, keyDigest: digestOf('new key') };
    const attempts: [string, object][] = [
      ['events:Declare', { nonce: world.nonce(), name: 'maintenance' }],
      declaration(world, { key: renewed.keyDigest }),
    ];
    for (const attempt of attempts) {
      world.later(-3600);
      expect(await world.refusal(steel, ...attempt), attempt[0]).to.equal('KEY_COMPROMISED');
      world.later(3600);
      expect(await world.refusal(renewed, ...attempt), attempt[0]).to.equal(undefined);
    }
  });

  it('is that participant’s alone: who names the key of somebody else does nothing to it, nor another unit', async () => {
    const world = await governed(steel, component);
    const mill = who('SteelMSP', 'officer', 'mill');
    await world.run(operator, 'participants:Admit', { ...profileOf('SteelMSP'), unit: 'mill' });
    for (const { participant, ...by } of [component, mill]) {
      const stolen = declaration(world, { participant, key: steel.keyDigest });
      await world.run({ participant, ...by }, ...stolen);
    }
    const attempt = ['events:Declare', { nonce: world.nonce(), name: 'maintenance' }] as const;
    expect(await world.refusal(steel, ...attempt)).to.equal(undefined);
  });

  it('opens nothing that it asked for before', async () => {
    const at = await granted(await registered());
    const [before, asked] = [await ask(at), await ask(at)];
    expect((await answer(at, before))['state']).to.equal('ALLOWED');
    await at.world.run(
      buyer,
      ...declaration(at.world, { participant: buyer.participant, key: buyerKey.keyDigest }),
    );
    expect(await answer(at, asked)).to.include({ state: 'DENIED', code: 'KEY_COMPROMISED' });
  });

  it('is a fact of every answer, also where nothing was declared', async () => {
    const at = await granted(await registered());
    const id = await ask(at);
    await answer(at, id);
    const { facts } = at.world.get(keys.usage(id)).answer!;
    const asked = facts.filter(({ key: each }) => each.startsWith('compromises/'));
    expect(asked).to.deep.equal(
      ['ComponentMSP', 'SteelMSP']
        .map((mspId) => ({ key: keys.compromises(mspId).text, value: null }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
  });
});
