import {
  digestOf,
  encode,
  keys,
  Refusal,
  type Id,
  type Json,
  type Opening,
  type Valuation,
} from '@tallystick/chaincode/model';
import { execute, openingDigest, NEWEST } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import { governed, operator } from './governed.js';
import { vectors } from './model/vectors.js';
import { seed, someId } from './seeds.js';
import { component, profileOf, START, steel, who, type World } from './world.js';

const subject = someId('dataset');
const appraiser = who('AppraiserMSP');
const CID = `bafkrei${'a'.repeat(52)}`;
const { valid } = vectors('valuations') as {
  valid: { name: string; method: string; inputs: Json; result: string }[];
};
const [cost] = valid;

type Assessed = { valuationId: Id<'valuation'>; result: string };

const assessment = (world: World, changes: object = {}): [string, Record<string, unknown>] => [
  'valuations:Assess',
  {
    nonce: world.nonce(),
    subject,
    method: 'cost',
    methodVersion: 1,
    currency: 'CNY',
    inputs: { open: cost!.inputs },
    references: [],
    result: cost!.result,
    asOf: START,
    validUntil: '2027-11-24T08:00:00.000Z',
    class: 'INDICATIVE',
    ...changes,
  },
];

async function assessable(): Promise<World> {
  const world = await governed(steel, component);
  await world.run(operator, 'participants:Admit', { ...profileOf('AppraiserMSP'), roles: ['APPRAISER'] });
  await world.run(appraiser, 'participants:Activate', {
    participantId: appraiser.participant,
    rulebook: 1,
  });
  seed(world, keys.dataset(subject));
  return world;
}

/** The details a transaction is refused with. */
async function detailsOf(simulated: Promise<unknown>): Promise<Json> {
  try {
    await simulated;
  } catch (error) {
    if (error instanceof Refusal) return error.details;
    throw error;
  }
  throw new Error('not refused');
}

describe('valuations:Assess', () => {
  for (const { name, method, inputs, result } of valid) {
    it(`records the ${method} value of ${name}, and refuses its neighbours`, async () => {
      const world = await assessable();
      const stated = { method, inputs: { open: inputs }, result };
      const request = assessment(world, stated);
      const { valuationId } = await world.run<Assessed>(steel, ...request);
      const recorded: Valuation = world.get(keys.valuation(valuationId));
      const by = { id: valuationId, assessor: steel.participant, assessedAt: START };
      expect(recorded)
        .to.deep.include({ ...stated, ...by })
        .and.not.have.property('nonce');
      for (const off of [1n, -1n, 1000n]) {
        const wrong = BigInt(result) + off;
        if (wrong < 0n) continue;
        const attempt = assessment(world, { ...stated, result: wrong.toString() });
        expect(await world.refusal(steel, ...attempt)).to.equal('RESULT_WRONG');
      }
    });
  }

  it('is one record per request', async () => {
    const world = await assessable();
    const request = assessment(world);
    await world.run(steel, ...request);
    expect(await world.refusal(steel, ...request)).to.equal('ALREADY_EXISTS');
  });

  it('knows its methods by name and version', async () => {
    const world = await assessable();
    for (const changes of [{ method: 'oracle' }, { methodVersion: 2 }]) {
      expect(await world.refusal(steel, ...assessment(world, changes))).to.equal('METHOD_UNKNOWN');
    }
  });

  it('refuses inputs that are not the method’s', async () => {
    const world = await assessable();
    const request = assessment(world, { method: 'market' });
    expect(await world.refusal(steel, ...request)).to.equal('INPUTS_INVALID');
  });

  it('keeps statutory valuations to appraisers', async () => {
    const world = await assessable();
    const statutory = assessment(world, { class: 'STATUTORY' });
    expect(await world.refusal(steel, ...statutory)).to.equal('CLASS_NOT_PERMITTED');
    expect(await world.refusal(appraiser, ...statutory)).to.equal(undefined);
  });

  it('is about a record of the ledger, and rests on records of the ledger', async () => {
    const world = await assessable();
    for (const kind of ['version', 'claim', 'grant', 'usage'] as const) {
      const about = assessment(world, { subject: someId(kind) });
      expect(await world.refusal(steel, ...about)).to.equal('NOT_FOUND');
    }
    const referring = assessment(world, { references: [subject, someId('usage')] });
    expect(await world.refusal(steel, ...referring)).to.equal('NOT_FOUND');
    seed(world, keys.usage(someId('usage')));
    expect(await world.refusal(steel, ...referring)).to.equal(undefined);
  });

  it('looks back from now, and holds for a while', async () => {
    const world = await assessable();
    const cases = [
      [{ asOf: '2026-11-24T08:00:00.001Z' }, 'PERIOD_INVALID'],
      [{ validUntil: START }, 'PERIOD_INVALID'],
      [{ validUntil: '2026-11-24T08:00:00.001Z' }, undefined],
      [{ asOf: '2020-01-01T00:00:00.000Z', validUntil: '2021-01-01T00:00:00.000Z' }, undefined],
    ] as const;
    for (const [changes, expected] of cases) {
      expect(await world.refusal(steel, ...assessment(world, changes))).to.equal(expected);
    }
  });

  it('supersedes only the assessor’s own valuation of the same subject', async () => {
    const world = await assessable();
    const { valuationId: supersedes } = await world.run<Assessed>(steel, ...assessment(world));
    const other = someId('dataset', 'other');
    seed(world, keys.dataset(other));
    const next = assessment(world, { supersedes });
    expect(await world.refusal(component, ...next)).to.equal('NOT_PARTY');
    expect(await world.refusal(steel, ...assessment(world, { supersedes, subject: other }))).to.equal(
      'SELECTOR_MISMATCH',
    );
    const unknown = assessment(world, { supersedes: someId('valuation') });
    expect(await world.refusal(steel, ...unknown)).to.equal('NOT_FOUND');
    const { valuationId } = await world.run<Assessed>(steel, ...next);
    expect(world.get(keys.valuation(valuationId)).supersedes).to.equal(supersedes);
    expect(world.get(keys.valuation(supersedes))).to.not.have.property('supersedes');
  });

  it('is for staff of an active participant', async () => {
    const world = await assessable();
    expect(await world.refusal(who('SteelMSP', 'operator'), ...assessment(world))).to.equal(undefined);
    expect(await world.refusal(who('SteelMSP', 'auditor'), ...assessment(world))).to.equal('NOT_AUTHORISED');
  });
});

describe('valuations:Assess over sealed inputs', () => {
  const salt = '5a'.repeat(32);
  const opening: Opening = { salt, value: cost!.inputs };
  const sealed = (of: Opening): object => ({ sealed: { digest: openingDigest(of), cid: CID } });

  it('opens them beside the request and records only the commitment', async () => {
    const world = await assessable();
    const inputs = sealed(opening);
    const { valuationId } = await world.run<Assessed>(steel, ...assessment(world, { inputs }), [opening]);
    const text = world.state.get(keys.valuation(valuationId).text) ?? '';
    expect(JSON.parse(text)).to.deep.include({ inputs, result: cost!.result });
    expect(text).to.not.include(salt).and.not.include('12000000');
  });

  it('is refused without the opening', async () => {
    const world = await assessable();
    const request = assessment(world, { inputs: sealed(opening) });
    const foreign = { ...opening, salt: 'a5'.repeat(32) };
    expect(await world.refusal(steel, ...request)).to.equal('OPENING_MISSING');
    expect(await world.refusal(steel, ...request, [foreign])).to.equal('OPENING_MISSING');
  });

  it('is refused for an opening that is not what was committed to', async () => {
    const world = await assessable();
    const [transaction, request] = assessment(world, { inputs: sealed(opening) });
    const foreign = { ...opening, salt: 'a5'.repeat(32) };
    const call = {
      transaction,
      argument: encode(request),
      caller: { ...steel, time: world.now },
      // Never made by decodeOpenings, which computes the digests itself: another caller of `execute` might.
      openings: new Map([[openingDigest(opening), foreign]]),
    };
    const executed = execute(NEWEST, call, (key) => Promise.resolve(world.state.get(key)));
    const error: unknown = await executed.catch((refused: unknown) => refused);
    expect(error).to.be.instanceOf(Refusal).and.include({ code: 'OPENING_MISMATCH' });
  });

  it('judges the opened inputs, and says nothing of them when it refuses', async () => {
    const world = await assessable();
    const wrong = assessment(world, { inputs: sealed(opening), result: '119379778' });
    expect(await world.refusal(steel, ...wrong, [opening])).to.equal('RESULT_WRONG');
    expect(await detailsOf(world.simulate(steel, ...wrong, [opening]))).to.deep.equal({
      method: 'cost',
      methodVersion: 1,
      result: '119379778',
    });
    const misfit: Opening = { salt, value: { layers: 'secret' } };
    const invalid = assessment(world, { inputs: sealed(misfit) });
    expect(await world.refusal(steel, ...invalid, [misfit])).to.equal('INPUTS_INVALID');
    expect(await detailsOf(world.simulate(steel, ...invalid, [misfit]))).to.deep.equal({
      method: 'cost',
      methodVersion: 1,
    });
  });

  /** A replay that judges no sealed value, whatever openings it has. */
  const replay = (world: World, request: object, openings: readonly Opening[] = []) =>
    execute(
      NEWEST,
      {
        transaction: 'valuations:Assess',
        argument: encode(request),
        caller: { ...steel, time: world.now },
        openings: new Map(openings.map((each) => [openingDigest(each), each])),
        sealed: 'unopened',
      },
      (key) => Promise.resolve(world.state.get(key)),
    );

  it('is replayed without the opening: what is written is the same, and the execution says so', async () => {
    const world = await assessable();
    const [, request] = assessment(world, { inputs: sealed(opening) });
    const done = await world.simulate(steel, 'valuations:Assess', request, [opening]);
    expect(done.unopened).to.equal(false);
    for (const openings of [[], [opening]]) {
      const { unopened, ...replayed } = await replay(world, request, openings);
      expect(unopened).to.equal(true);
      expect(replayed).to.deep.equal({ writes: done.writes, events: done.events, result: done.result });
    }
  });

  it('is replayed alike by who holds the opening and who does not, also where the result is wrong', async () => {
    const world = await assessable();
    const misfit: Opening = { salt, value: { layers: 'secret' } };
    for (const changes of [{ inputs: sealed(opening), result: '1' }, { inputs: sealed(misfit) }]) {
      const [, request] = assessment(world, changes);
      const without = await replay(world, request);
      expect(await replay(world, request, [opening, misfit])).to.deep.equal(without);
      expect(without.unopened).to.equal(true);
    }
  });

  it('leaves out nothing else: open inputs are judged in a replay too, and so is all that precedes', async () => {
    const world = await assessable();
    const [, open] = assessment(world);
    expect((await replay(world, open)).unopened).to.equal(false);
    const inputs = sealed(opening);
    for (const [changes, code] of [
      [{ result: '1' }, 'RESULT_WRONG'],
      [{ inputs, method: 'guess' }, 'METHOD_UNKNOWN'],
      [{ inputs, class: 'STATUTORY' }, 'CLASS_NOT_PERMITTED'],
      [{ inputs, validUntil: START }, 'PERIOD_INVALID'],
    ] as const) {
      const [, request] = assessment(world, changes);
      const error: unknown = await replay(world, request).catch((refused: unknown) => refused);
      expect(error).to.be.instanceOf(Refusal).and.include({ code });
    }
  });

  it('ignores openings nothing asks for', async () => {
    const world = await assessable();
    const stray: Opening = { salt, value: digestOf('stray') };
    expect(await world.refusal(steel, ...assessment(world), [stray])).to.equal(undefined);
  });
});
