import { digestOf, encode, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { constitution, governed, operator, registrar, secondRegulator, stranger } from './governed.js';
import { someId } from './seeds.js';
import { keys, profileOf, regulator, RULEBOOK, START, steel, who, World } from './world.js';

const reason = 'because';

describe('space:Constitute', () => {
  it('writes the space, and its founder as active operator', async () => {
    const world = new World();
    const response = await world.run(operator, 'space:Constitute', constitution());
    expect(response).to.deep.equal({ operator: operator.participant });
    expect(world.get(keys.space())).to.include({ operator: operator.participant, updatedAt: START });
    expect(world.get(keys.participant(operator.participant))).to.include({ state: 'ACTIVE', rulebook: 1 });
    expect([...world.state.keys()]).to.have.members(['space', `participant/${operator.participant}`]);
  });

  it('is refused a second time, whoever asks', async () => {
    const world = await governed();
    const again = constitution({ founder: profileOf('StrangerMSP') });
    expect(await world.refusal(stranger, 'space:Constitute', again)).to.equal('ALREADY_EXISTS');
    expect(await world.refusal(operator, 'space:Constitute', constitution())).to.equal('ALREADY_EXISTS');
  });

  it('is refused for a founder of another organisation or unit', async () => {
    const world = new World();
    const foreign = constitution({ founder: profileOf('SteelMSP') });
    const unit = constitution({ founder: { ...profileOf('OperatorMSP'), unit: 'mill' } });
    expect(await world.refusal(operator, 'space:Constitute', foreign)).to.equal('NOT_SELF');
    expect(await world.refusal(operator, 'space:Constitute', unit)).to.equal('NOT_SELF');
    const mill = who('OperatorMSP', 'officer', 'mill');
    expect(await world.refusal(mill, 'space:Constitute', constitution())).to.equal('NOT_SELF');
    expect(await world.refusal(mill, 'space:Constitute', unit)).to.equal(undefined);
  });

  it('is refused unless the rulebook starts at 1', async () => {
    const late = constitution({ rulebook: { ...RULEBOOK, version: 2 } });
    expect(await new World().refusal(operator, 'space:Constitute', late)).to.equal('RULEBOOK_CHANGED');
  });

  it('needs an officer', async () => {
    for (const role of ['operator', 'auditor', 'connector'] as const) {
      const caller = who('OperatorMSP', role);
      expect(await new World().refusal(caller, 'space:Constitute', constitution())).to.equal(
        'NOT_AUTHORISED',
      );
    }
  });

  it('comes before everything else', async () => {
    const admit = ['participants:Admit', profileOf('SteelMSP')] as const;
    expect(await new World().refusal(operator, ...admit)).to.equal('SPACE_NOT_CONSTITUTED');
  });
});

describe('the witnesses a space names', () => {
  const key = (digit: string): string => `02${digit.repeat(64)}`;
  const council = (needed: number, ...digits: readonly string[]) => ({
    restoration: {
      witnesses: digits.map((digit) => ({ organisation: 'RegulatorMSP', key: key(digit) })),
      needed,
    },
  });

  it('are set with the constitution, or by an amendment, or not at all', async () => {
    const world = new World();
    const named = constitution({ regulators: [operator.participant], ...council(1, 'a') });
    await world.run(operator, 'space:Constitute', named);
    expect(world.get(keys.space())).to.deep.include(council(1, 'a'));
    const changes = council(2, 'a', 'b');
    await world.run(operator, 'space:ProposeAmendment', { nonce: world.nonce(), changes, reason });
    expect(world.get(keys.space())).to.deep.include(changes);
    const without = new World();
    await without.run(operator, 'space:Constitute', constitution());
    expect(without.get(keys.space())).to.not.have.property('restoration');
  });

  for (const [name, changes] of Object.entries({
    none: council(1),
    'fewer than are needed': council(2, 'a'),
    'needed by nobody': council(0, 'a'),
    'one twice': council(1, 'a', 'a'),
    'an uncompressed key': {
      restoration: {
        ...council(1, 'a').restoration,
        witnesses: [{ organisation: 'A', key: `04${'a'.repeat(128)}` }],
      },
    },
  })) {
    it(`are refused: ${name}`, async () => {
      expect(await new World().refusal(operator, 'space:Constitute', constitution(changes))).to.equal(
        'MALFORMED',
      );
    });
  }
});

describe('space:ProposeAmendment and ApproveAmendment', () => {
  type Proposed = { amendmentId: Id<'amendment'> };
  const changes = { auditors: [steel.participant] };
  const propose = (
    world: World,
    caller: ReturnType<typeof who>,
    changed: object = changes,
  ): Promise<Proposed> =>
    world.run<Proposed>(caller, 'space:ProposeAmendment', { nonce: world.nonce(), changes: changed, reason });
  const approve = (world: World, caller: ReturnType<typeof who>, proposed: Proposed): Promise<unknown> =>
    world.run(caller, 'space:ApproveAmendment', proposed);

  it('takes effect with the last approval, and not before', async () => {
    const world = await governed(steel);
    const base = digestOf(world.state.get('space') ?? '');
    const proposed = await propose(world, steel);
    const key = keys.amendment(proposed.amendmentId);
    const approvers = [operator, regulator, secondRegulator].map(({ participant }) => participant);
    const pending = { state: 'PROPOSED', approvers, approvals: [], base, proposedBy: steel.participant };
    expect(world.get(key)).to.deep.include(pending);
    for (const approver of [regulator, operator]) {
      expect(await approve(world, approver, proposed)).to.include({ state: 'PROPOSED' });
      expect(world.get(keys.space()).auditors).to.deep.equal([]);
    }
    expect(await approve(world, secondRegulator, proposed)).to.include({ state: 'EFFECTIVE' });
    expect(world.get(key).state).to.equal('EFFECTIVE');
    expect(world.get(keys.space())).to.deep.include({ name: 'Test space', ...changes });
  });

  it('counts the proposal of an approver as its approval', async () => {
    const world = await governed(steel);
    const proposed = await propose(world, regulator);
    expect(world.get(keys.amendment(proposed.amendmentId)).approvals).to.deep.equal([regulator.participant]);
    expect(await world.refusal(regulator, 'space:ApproveAmendment', proposed)).to.equal('NOT_APPROVER');
  });

  it('takes effect at once when the proposer governs alone, its offices counted once', async () => {
    const world = new World();
    const alone = constitution({ regulators: [operator.participant] });
    await world.run(operator, 'space:Constitute', alone);
    const { amendmentId } = await propose(world, operator, { name: 'Renamed' });
    expect(world.get(keys.amendment(amendmentId))).to.deep.include({
      state: 'EFFECTIVE',
      approvers: [operator.participant],
    });
    expect(world.get(keys.space()).name).to.equal('Renamed');
  });

  it('is refused from who does not approve, or has approved already', async () => {
    const world = await governed(steel);
    const proposed = await propose(world, steel);
    await approve(world, operator, proposed);
    for (const caller of [steel, registrar, operator]) {
      expect(await world.refusal(caller, 'space:ApproveAmendment', proposed)).to.equal('NOT_APPROVER');
    }
  });

  it('is refused from who is not an active participant', async () => {
    const world = await governed();
    const request = { nonce: world.nonce(), changes, reason };
    expect(await world.refusal(stranger, 'space:ProposeAmendment', request)).to.equal('NOT_A_PARTICIPANT');
  });

  it('goes stale when the space changes under it, whatever changed', async () => {
    const world = await governed(steel);
    const first = await propose(world, operator);
    const second = await propose(world, operator, { name: 'Renamed' });
    for (const approver of [regulator, secondRegulator]) await approve(world, approver, second);
    expect(await world.refusal(regulator, 'space:ApproveAmendment', first)).to.equal('AMENDMENT_STALE');
    const third = await propose(world, operator, { name: 'Again' });
    await world.run(regulator, 'space:Pause', { reason });
    expect(await world.refusal(regulator, 'space:ApproveAmendment', third)).to.equal('AMENDMENT_STALE');
  });

  it('cannot be approved once it is in effect', async () => {
    const world = await governed(steel);
    const proposed = await propose(world, operator);
    for (const approver of [regulator, secondRegulator]) await approve(world, approver, proposed);
    for (const caller of [operator, regulator, secondRegulator]) {
      expect(await world.refusal(caller, 'space:ApproveAmendment', proposed)).to.equal('ILLEGAL_STATE');
    }
  });

  it('changes the rulebook only to its next version', async () => {
    const world = await governed();
    for (const version of [1, 3]) {
      const rulebook = { ...RULEBOOK, version };
      const request = { nonce: world.nonce(), changes: { rulebook }, reason };
      expect(await world.refusal(operator, 'space:ProposeAmendment', request)).to.equal('RULEBOOK_CHANGED');
    }
    const proposed = await propose(world, operator, { rulebook: { ...RULEBOOK, version: 2 } });
    for (const approver of [regulator, secondRegulator]) await approve(world, approver, proposed);
    expect(world.get(keys.space()).rulebook.version).to.equal(2);
  });

  it('asks who governs at the proposal, not who governs later', async () => {
    const world = await governed(steel);
    const proposed = await propose(world, operator, { regulators: [steel.participant] });
    for (const approver of [regulator, secondRegulator]) await approve(world, approver, proposed);
    const next = await propose(world, steel, { name: 'Under new oversight' });
    expect(world.get(keys.amendment(next.amendmentId)).approvers).to.deep.equal([
      operator.participant,
      steel.participant,
    ]);
    expect(await world.refusal(regulator, 'space:ApproveAmendment', next)).to.equal('NOT_APPROVER');
  });

  it('has room for as many approvers as may govern', async () => {
    const regulators = Array.from({ length: 50 }, (_, index) => someId('participant', `regulator ${index}`));
    const world = new World();
    await world.run(operator, 'space:Constitute', constitution({ regulators }));
    const { amendmentId } = await propose(world, operator, { name: 'Renamed' });
    expect(world.get(keys.amendment(amendmentId)).approvers).to.have.lengthOf(51);
  });

  it('is one record per request, and unknown amendments are not found', async () => {
    const world = await governed(steel);
    const request = { nonce: world.nonce(), changes, reason };
    await world.run(operator, 'space:ProposeAmendment', request);
    expect(await world.refusal(operator, 'space:ProposeAmendment', request)).to.equal('ALREADY_EXISTS');
    const unknown = { amendmentId: `amendment-${'a'.repeat(52)}` };
    expect(await world.refusal(operator, 'space:ApproveAmendment', unknown)).to.equal('NOT_FOUND');
  });

  it('works over the writes of the same transaction', async () => {
    const world = await governed();
    const [first, second] = ['First', 'Second'].map((name) => ({
      nonce: world.nonce(),
      changes: { name },
      reason,
    }));
    const before = world.state.get('space');
    const proposed = await world.run<Proposed[]>(operator, 'space:ProposeAmendment', [first, second]);
    await world.run(regulator, 'space:ApproveAmendment', proposed);
    expect(world.state.get('space')).to.equal(before);
    // The first takes effect and makes the second stale in the very same transaction: nothing is written.
    expect(await world.refusal(secondRegulator, 'space:ApproveAmendment', proposed)).to.equal(
      'AMENDMENT_STALE',
    );
  });
});

describe('space:Pause and Resume', () => {
  it('stops all writes but oversight', async () => {
    const world = await governed(steel);
    await world.run(regulator, 'space:Pause', { reason });
    const paused = { by: regulator.participant, as: 'REGULATOR', at: START, reason };
    expect(world.get(keys.space()).paused).to.deep.equal(paused);
    const self = { participantId: steel.participant };
    expect(await world.refusal(steel, 'participants:Exit', { ...self, lapsed: [] })).to.equal('SPACE_PAUSED');
    expect(await world.refusal(operator, 'participants:Suspend', { ...self, reason })).to.equal(undefined);
  });

  it('is left again without a trace in the space', async () => {
    const world = await governed();
    const before = world.state.get('space');
    await world.run(operator, 'space:Pause', { reason });
    await world.run(operator, 'space:Resume', { reason });
    expect(world.state.get('space')).to.equal(before);
    expect(encode(world.record('space'))).to.equal(before);
  });

  it('is for operator and regulators', async () => {
    const world = await governed(steel);
    for (const caller of [steel, registrar]) {
      expect(await world.refusal(caller, 'space:Pause', { reason })).to.equal('NOT_REGULATOR');
    }
  });

  it('is lifted by whoever paused, or by a regulator', async () => {
    const world = await governed(steel);
    await world.run(operator, 'space:Pause', { reason });
    for (const caller of [operator, regulator, secondRegulator]) {
      expect(await world.refusal(caller, 'space:Resume', { reason })).to.equal(undefined);
    }
    const other = await governed(steel);
    await other.run(regulator, 'space:Pause', { reason });
    for (const caller of [operator, registrar, steel]) {
      expect(await other.refusal(caller, 'space:Resume', { reason })).to.equal('NOT_REGULATOR');
    }
    expect(await other.refusal(secondRegulator, 'space:Resume', { reason })).to.equal(undefined);
  });

  it('neither pauses nor resumes twice', async () => {
    const world = await governed();
    expect(await world.refusal(regulator, 'space:Resume', { reason })).to.equal('ILLEGAL_STATE');
    await world.run(regulator, 'space:Pause', { reason });
    expect(await world.refusal(regulator, 'space:Pause', { reason })).to.equal('ILLEGAL_STATE');
  });
});
