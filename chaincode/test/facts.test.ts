import { digestOf, encode, type Fact, type Id, type Json } from '@tallystick/chaincode/model';
import { execute, NEWEST, type Call, type Execution } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import { consent, fulfil, under } from './duties.js';
import { record, recordStory, type Recorded } from './recording.js';
import {
  answering,
  ask,
  buyer,
  buyerKey,
  constraint,
  counted,
  fork,
  granted,
  patch,
  permitting,
  refined,
  registered,
  steelKey,
  terms,
  third,
  thirdKey,
  type Granted,
  type Offered,
} from './rights.js';
import { keys, who } from './world.js';

const DECIDING = ['usage:Answer', 'usage:Renew'];

interface Decided {
  readonly outcome: string;
  readonly code?: string;
  readonly facts: readonly Fact[];
}

/** One request, with what was written for it. */
interface Single {
  readonly call: Call;
  readonly key: string;
  readonly text: string;
  readonly decided: Decided;
  readonly texts: ReadonlyMap<string, string>;
}

/** The requests of a call one by one. */
function singlesOf({ call, state, done }: Recorded): readonly Single[] {
  const argument = JSON.parse(call.argument) as Json;
  const requests = (Array.isArray(argument) ? argument : [argument]) as {
    usageId: string;
    number?: number;
  }[];
  const texts = new Map([...state.values(), ...done!.writes.values()].map((text) => [digestOf(text), text]));
  return requests.map((request) => {
    const { usageId, number } = request;
    const key = number === undefined ? `usage/${usageId}` : `lease/${usageId}/${number}`;
    const text = done!.writes.get(key)!;
    const written = JSON.parse(text) as Decided & { readonly answer?: Decided };
    const decided = written.answer ?? written;
    return { call: { ...call, argument: encode(request) }, key, text, decided, texts };
  });
}

/** Decides again from nothing but the texts that the facts name. */
function again({ call, decided, texts }: Single, facts = decided.facts): Promise<Execution> {
  const named = new Map(facts.map(({ key, value }) => [key, value]));
  return execute(NEWEST, call, (key) => {
    const value = named.get(key);
    if (value === undefined) return Promise.reject(new Error(`${key} is no fact`));
    return Promise.resolve(value === null ? undefined : texts.get(value)!);
  });
}

async function expectRepeatable(recorded: readonly Recorded[]): Promise<readonly Single[]> {
  const deciding = recorded.filter(({ call, done }) => done && DECIDING.includes(call.transaction));
  const singles = deciding.flatMap(singlesOf);
  for (const [index, single] of singles.entries()) {
    const { writes } = await again(single);
    expect(writes.get(single.key), `${index}: ${single.decided.code ?? 'ALLOWED'}`).to.equal(single.text);
  }
  return singles;
}

const codesOf = (singles: readonly Single[]) => singles.map(({ decided }) => decided.code ?? decided.outcome);

describe('facts of a decision', () => {
  let setting: Awaited<ReturnType<typeof registered>>;
  before(async () => (setting = await registered()));

  /** Twenty requests, answered in one transaction. */
  async function batch(
    at: Granted,
    changes: (index: number) => Record<string, unknown> = () => ({}),
    by = buyerKey,
  ) {
    const { world } = at;
    const asked: Id<'usage'>[] = [];
    for (let index = 0; index < 20; index += 1) asked.push(await ask(at, {}, by));
    const answers = asked.map((usageId, index) => answering(at, usageId, changes(index)));
    await world.run(steelKey, 'usage:Answer', answers);
    return asked;
  }

  it('suffice for every decision of the story', async () => {
    const singles = await expectRepeatable(await recordStory());
    expect(codesOf(singles)).to.include.members([
      'ALLOWED',
      'GRANT_NOT_ACTIVE',
      'QUOTA',
      'DUTY',
      'BREACH',
      'CONSENT',
    ]);
    expect(singles.some(({ key }) => key.startsWith('lease/'))).to.equal(true);
  });

  it('suffice for each of a list that takes slots, until there are none', async () => {
    const at = await granted(fork(setting), { terms: terms({ ...counted(12), lease: 60 }) });
    const recorded = await record(() => batch(at, (index) => ({ slot: index < 12 ? index : 12 })));
    const singles = await expectRepeatable(recorded);
    expect(codesOf(singles)).to.deep.equal([
      ...Array<string>(12).fill('ALLOWED'),
      ...Array<string>(8).fill('QUOTA'),
    ]);
  });

  it('suffice for each of a list that leaves duties to be done, and name what their records are written over', async () => {
    const duty = [
      { action: refined('compensate', constraint('timeInterval', 'eq', 'P1M')) },
      { action: 'delete' },
    ];
    const at = await granted(fork(setting), under(permitting({ duty })));
    await fulfil(at, '/permission/0/duty/0', { period: 0 });
    const singles = await expectRepeatable(await record(() => batch(at)));
    expect(new Set(codesOf(singles))).to.deep.equal(new Set(['ALLOWED']));
    for (const { decided } of singles) {
      const unwritten = decided.facts.filter(
        ({ key, value }) => key.startsWith('obligation/') && value === null,
      );
      expect(unwritten).to.have.length(1);
    }
  });

  it('suffice for each of a list that is denied', async () => {
    const at = await granted(fork(setting));
    patch(at.world, keys.grant(at.grantId), { state: 'SUSPENDED' });
    const singles = await expectRepeatable(await record(() => batch(at)));
    expect(new Set(codesOf(singles))).to.deep.equal(new Set(['GRANT_NOT_ACTIVE']));
  });

  it('suffice for uses and leases of a sub-grant, whose parents ask for consents and count', async () => {
    const duty = [{ action: 'obtainConsent', consentingParty: third.participant }];
    const enforced = permitting({ duty, constraint: [constraint('count', 'lteq', 100)] });
    const parent = await granted(fork(setting), under(enforced, { sublicence: { maxDepth: 2 }, lease: 60 }));
    const { world } = parent;
    await consent(parent);
    const sub = await world.run<Offered>(buyer, 'grants:Sublicense', {
      nonce: world.nonce(),
      parentId: parent.grantId,
      consumer: third.participant,
      terms: terms({ lease: 60, enforced }),
    });
    await world.run(who('ThirdMSP'), 'grants:Accept', { grantId: sub.grantId, termsDigest: sub.termsDigest });
    await consent({ ...parent, grantId: sub.grantId });
    const at = { ...parent, grantId: sub.grantId, buyerComponent: parent.thirdComponent };
    const recorded = await record(async () => {
      const [usageId] = await batch(at, (slot) => ({ slot }), thirdKey);
      for (const number of [1, 2])
        await world.run(thirdKey, 'usage:Renew', { usageId, component: at.buyerComponent, number });
    });
    const singles = await expectRepeatable(recorded);
    expect(singles).to.have.length(22);
    expect(new Set(codesOf(singles))).to.deep.equal(new Set(['ALLOWED']));
  });

  it('hold nothing that the decision did not look at', async () => {
    const singles = (await recordStory())
      .filter(({ call, done }) => done && DECIDING.includes(call.transaction))
      .flatMap(singlesOf);
    for (const single of singles.slice(0, 10)) {
      for (const { key } of single.decided.facts) {
        const fewer = single.decided.facts.filter((fact) => fact.key !== key);
        const failed: unknown = await again(single, fewer).catch((error: unknown) => error);
        expect(failed, key).to.be.instanceOf(Error).and.have.property('message', `${key} is no fact`);
      }
    }
  });
});
