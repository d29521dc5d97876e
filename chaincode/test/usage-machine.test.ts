import {
  digestOf,
  Refusal,
  type AnyRecord,
  type Digest,
  type Grant,
  type Id,
  type UsageSlot,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import { claimType, grantType, usageType } from '../src/model/records/index.js';
import {
  acknowledging,
  answering,
  asking,
  buyer,
  buyerKey,
  counted,
  HEADER,
  offering,
  registered,
  steelKey,
  terms,
  third,
  thirdKey,
  type Granted,
  type Organisation,
  type Setting,
} from './rights.js';
import { keys, regulator, RULEBOOK, steel, type World } from './world.js';
import { times } from '../../test/sampling.js';

/** Random lives of grants and uses: whatever is tried in whatever order, the ledger stays within its tables. */

const reason = 'because';
const QUOTA = 4;
const MOVES = { claim: claimType.moves, grant: grantType.moves, usage: usageType.moves } as const;

interface Stated extends AnyRecord {
  readonly state: string;
}
const isStated = (record: AnyRecord): record is Stated => record.kind in MOVES;

interface Logged {
  readonly by: Organisation;
  readonly at: string;
  readonly transaction: string;
  readonly request: unknown;
}

/** A ledger that is checked after every transaction, and remembers what was done to it. */
class Watched {
  readonly setting: Setting;
  readonly log: Logged[] = [];
  readonly grants: Id<'grant'>[] = [];
  readonly usages: Id<'usage'>[] = [];
  refused = 0;

  constructor(setting: Setting) {
    this.setting = { ...setting, world: setting.world.fork() };
  }

  get world(): World {
    return this.setting.world;
  }

  async attempt(by: Organisation, transaction: string, request: unknown): Promise<void> {
    const before = new Map(this.world.state);
    try {
      const response = await this.world.run<{ grantId?: Id<'grant'>; usageId?: Id<'usage'> }>(
        by,
        transaction,
        request,
      );
      this.log.push({ by, at: this.world.now, transaction, request });
      this.#remember(response);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(error.code, `${transaction} is refused for what it is`).not.to.equal('MALFORMED');
      this.refused += 1;
      expect(this.world.state).to.deep.equal(before);
    }
    this.#expectMoves(before);
    this.#expectCounts();
    this.#expectSlots();
  }

  #remember({ grantId, usageId }: { grantId?: Id<'grant'>; usageId?: Id<'usage'> }): void {
    if (grantId !== undefined && !this.grants.includes(grantId)) this.grants.push(grantId);
    if (usageId !== undefined && !this.usages.includes(usageId)) this.usages.push(usageId);
  }

  #expectMoves(before: ReadonlyMap<string, string>): void {
    for (const [key, text] of this.world.state) {
      const old = before.get(key);
      if (old === undefined || old === text) continue;
      const [from, to] = [JSON.parse(old) as AnyRecord, JSON.parse(text) as AnyRecord];
      if (!isStated(from) || !isStated(to)) continue;
      const moves = MOVES[from.kind as keyof typeof MOVES]?.[from.state] ?? [];
      const isWithin = from.state === to.state ? moves.length > 0 : moves.includes(to.state);
      expect(isWithin, `${key}: ${from.state} -> ${to.state}`).to.equal(true);
    }
  }

  /** The number of open grants is what `participants:Exit` will look at. */
  #expectCounts(): void {
    const open = new Map<string, number>();
    for (const { provider, state } of this.all<Grant>('grant')) {
      const isOpen = state === 'ACTIVE' || state === 'SUSPENDED';
      open.set(provider, (open.get(provider) ?? 0) + (isOpen ? 1 : 0));
    }
    for (const [provider, count] of open) {
      const record = this.world.state.get(`open-grants/${provider}`);
      const counts = record === undefined ? 0 : (JSON.parse(record) as { count: number }).count;
      expect(counts, provider).to.equal(count);
    }
  }

  /** Slots are gapless, each of one use, and a family of grants never has more than the root was given. */
  #expectSlots(): void {
    const slots = this.all<UsageSlot>('usage-slot');
    expect(new Set(slots.map(({ usage }) => usage)).size).to.equal(slots.length);
    const families = new Map<string, number>();
    for (const grant of this.all<Grant>('grant')) {
      const own = slots.filter((slot) => slot.grant === grant.id).map(({ index }) => index);
      expect(own.sort((a, b) => a - b)).to.deep.equal(own.map((_index, at) => at));
      if (grant.quota !== undefined) expect(own.length).to.be.at.most(grant.quota);
      const root = grant.parent?.grant ?? grant.id;
      families.set(root, (families.get(root) ?? 0) + (grant.quota ?? 0));
    }
    for (const given of families.values()) expect(given).to.be.at.most(QUOTA);
  }

  all<T extends AnyRecord>(kind: T['kind']): readonly T[] {
    return [...this.world.state]
      .filter(([key]) => key.startsWith(`${kind}/`))
      .map(([, text]) => JSON.parse(text) as T);
  }
}

type Step = (watched: Watched, pick: number) => Promise<void>;
const pickOf = <T>(list: readonly T[], pick: number): T | undefined => list[pick % (list.length || 1)];

const onGrant =
  (by: Organisation, verb: string, more: (grant: Grant) => object): Step =>
  async (watched, pick) => {
    const grantId = pickOf(watched.grants, pick);
    if (grantId === undefined) return;
    const grant = watched.world.get(keys.grant(grantId));
    await watched.attempt(by, `grants:${verb}`, { grantId, ...more(grant) });
  };
const named = ({ termsDigest }: Grant): { termsDigest: Digest } => ({ termsDigest });
const because = () => ({ reason });
/** Mostly uses in a state the transaction is for, or few would come to their end. */
const fitting = ({ world, usages }: Watched, verb: string, pick: number): readonly Id<'usage'>[] => {
  const from = { Acknowledge: 'ALLOWED', Contest: 'ALLOWED', Deliver: 'CONTESTED', Adjudicate: 'CONTESTED' }[
    verb
  ];
  const fit = usages.filter((id) => world.get(keys.usage(id)).state === (from ?? 'REQUESTED'));
  return pick % 4 === 0 || fit.length === 0 ? usages : fit;
};
const onUsage =
  (
    by: Organisation,
    verb: string,
    more: (setting: Granted, usageId: Id<'usage'>, pick: number) => object,
  ): Step =>
  async (watched, pick) => {
    const usageId = pickOf(fitting(watched, verb, pick), pick);
    if (usageId === undefined) return;
    const { grant: grantId } = watched.world.get(keys.usage(usageId));
    const request = more({ ...watched.setting, grantId }, usageId, pick);
    await watched.attempt(by, `usage:${verb}`, request);
  };
const request =
  (by: Organisation, side: 'buyerComponent' | 'thirdComponent'): Step =>
  async (watched, pick) => {
    const grantId = pickOf(watched.grants, pick);
    if (grantId === undefined) return;
    const component = watched.setting[side];
    await watched.attempt(by, 'usage:Request', asking({ ...watched.setting, grantId }, { component }));
  };
/** The slot a custodian would name, or one beside it. */
const slotFor = ({ world, grantId }: Granted, pick: number): { slot?: number } => {
  const grant = world.get(keys.grant(grantId));
  if (grant.quota === undefined) return {};
  const taken = [...world.state.keys()].filter((key) => key.startsWith(`usage-slot/${grantId}/`)).length;
  return { slot: pick % 5 === 0 ? taken + 1 : taken };
};
const sublicensing = (setting: Setting, parentId: Id<'grant'>, pick: number): object => ({
  nonce: setting.world.nonce(),
  parentId,
  consumer: third.participant,
  terms: terms(counted(1 + (pick % 3))),
});
const TERMS = terms({ ...counted(QUOTA), sublicence: { maxDepth: 1 } });

const STEPS: Readonly<Record<string, Step>> = {
  offer: (w) => w.attempt(steel, 'grants:Offer', offering(w.setting, { terms: TERMS })),
  replace: (w, pick) =>
    w.attempt(steel, 'grants:Offer', {
      ...offering(w.setting, { terms: TERMS }),
      ...(w.grants.length > 0 && { supersedes: pickOf(w.grants, pick) }),
    }),
  accept: onGrant(buyer, 'Accept', named),
  acceptSub: onGrant(third, 'Accept', named),
  acceptCountered: onGrant(steel, 'Accept', named),
  counter: onGrant(buyer, 'Counter', (grant) => ({ ...named(grant), terms: grant.terms })),
  decline: onGrant(buyer, 'Decline', because),
  withdraw: onGrant(steel, 'Withdraw', because),
  suspend: onGrant(steel, 'Suspend', because),
  suspendByRegulator: onGrant(regulator, 'Suspend', because),
  resume: onGrant(steel, 'Resume', because),
  resumeByRegulator: onGrant(regulator, 'Resume', because),
  revoke: onGrant(steel, 'Revoke', because),
  terminate: onGrant(steel, 'Terminate', because),
  terminateToo: onGrant(buyer, 'Terminate', because),
  sublicense: async (w, pick) => {
    const parentId = pickOf(w.grants, pick);
    if (parentId === undefined) return;
    await w.attempt(buyer, 'grants:Sublicense', sublicensing(w.setting, parentId, pick));
  },
  ask: request(buyerKey, 'buyerComponent'),
  askSub: request(thirdKey, 'thirdComponent'),
  answer: onUsage(steelKey, 'Answer', (setting, usageId, pick) =>
    answering(setting, usageId, slotFor(setting, pick)),
  ),
  lapse: onUsage(third, 'Lapse', (_setting, usageId) => ({ usageId })),
  acknowledge: onUsage(buyerKey, 'Acknowledge', (setting, usageId) => acknowledging(setting, usageId)),
  contest: onUsage(buyer, 'Contest', (_setting, usageId) => ({ usageId, reason: 'NOT_DELIVERED' })),
  deliver: onUsage(steel, 'Deliver', (_setting, usageId) => ({
    usageId,
    header: Buffer.from(HEADER).toString('base64'),
  })),
  adjudicate: onUsage(regulator, 'Adjudicate', (_setting, usageId, pick) => ({
    usageId,
    finding: pick % 2 === 0 ? 'UPHELD' : 'REJECTED',
    reason,
  })),
  wait: (w) => Promise.resolve(void w.world.later(600)),
  waitTooLong: (w) => Promise.resolve(void w.world.later(RULEBOOK.answerWithin + 1)),
};

/** Uses are many, ends are few: as in life. */
const COMMON = ['ask', 'askSub', 'answer', 'acknowledge', 'contest', 'sublicense', 'acceptSub'];
const steps = fc.tuple(
  fc.oneof(fc.constantFrom(...COMMON), fc.constantFrom(...Object.keys(STEPS))),
  fc.nat({ max: 1000 }),
);
const lives = fc.array(steps, { minLength: 10, maxLength: 60, size: 'max' });

async function live(setting: Setting, taken: readonly (readonly [string, number])[]): Promise<Watched> {
  const watched = new Watched(setting);
  // Every life begins with a grant, so that most of it is not spent on having none.
  for (const [name, pick] of [['offer', 0], ['accept', 0], ...taken] as const) {
    await STEPS[name]?.(watched, pick);
  }
  return watched;
}

describe('the life of grants and uses', () => {
  let setting: Setting;
  before(async () => (setting = await registered()));

  it('never leaves the tables, never exceeds a quota, never miscounts', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (taken) => {
        await live(setting, taken);
      }),
      { numRuns: times(60) },
    );
  });

  it('is lived to the full: every transaction is accepted somewhere', async () => {
    const seen = new Set<string>();
    for (const taken of fc.sample(lives, { numRuns: 100, seed: 1 })) {
      const { log } = await live(setting, taken);
      for (const { transaction } of log) seen.add(transaction);
    }
    for (const transaction of [
      ...[
        'Offer',
        'Accept',
        'Counter',
        'Decline',
        'Withdraw',
        'Suspend',
        'Resume',
        'Revoke',
        'Terminate',
      ].map((verb) => `grants:${verb}`),
      'grants:Sublicense',
      ...['Request', 'Answer', 'Lapse', 'Acknowledge', 'Contest', 'Deliver', 'Adjudicate'].map(
        (verb) => `usage:${verb}`,
      ),
    ]) {
      expect([...seen], transaction).to.include(transaction);
    }
  });

  it('comes out the same, byte for byte, when it is lived again', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (taken) => {
        const { log, world } = await live(setting, taken);
        const again = setting.world.fork();
        for (const { by, at, transaction, request: asked } of log) {
          again.now = at;
          await again.run(by, transaction, asked);
        }
        expect([...again.state]).to.deep.equal([...world.state]);
      }),
      { numRuns: times(40) },
    );
  });
});

describe('holds and the lives they lie over', () => {
  let setting: Setting;
  before(async () => (setting = await registered()));

  /** Effects that do not bear on a transaction; with one that does, the order matters, and must. */
  const EFFECTS = ['NO_USE', 'NO_TRANSFER', 'NO_DELETION'];
  const VERBS = ['Accept', 'Counter', 'Decline', 'Suspend', 'Revoke', 'Terminate', 'Resume', 'Withdraw'];

  it('commute: a hold before or after a step of a grant leaves the same ledger', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(EFFECTS, { minLength: 1 }),
        fc.constantFrom('datasetId', 'claimId', 'grantId'),
        fc.constantFrom(...VERBS),
        fc.array(fc.constantFrom('accept', 'suspend', 'counter', 'terminate'), { maxLength: 2 }),
        async (effects, subject, verb, prelude) => {
          const watched = await live(setting, []);
          await STEPS['offer']?.(watched, 0);
          for (const name of prelude) await STEPS[name]?.(watched, 1);
          const grantId = watched.grants[1]!;
          const grant = watched.world.get(keys.grant(grantId));
          const by = ['Suspend', 'Revoke', 'Resume', 'Withdraw'].includes(verb) ? steel : buyer;
          const more = { Accept: named(grant), Counter: { ...named(grant), terms: grant.terms } };
          const step = { grantId, ...(verb in more ? more[verb as keyof typeof more] : { reason }) };
          const hold = {
            nonce: 'ff'.repeat(16),
            subject: { ...watched.setting, grantId }[subject],
            authority: 'Court',
            orderNumber: '1',
            orderDigest: digestOf('order'),
            effects,
            term: { from: '2026-11-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' },
          };
          const run = async (order: readonly ('hold' | 'step')[]) => {
            const world = watched.world.fork();
            const outcomes: Record<string, string> = {};
            for (const each of order) {
              const [who, name, request] =
                each === 'hold'
                  ? ([regulator, 'holds:Place', hold] as const)
                  : ([by, `grants:${verb}`, step] as const);
              outcomes[each] = (await world.refusal(who, name, request)) ?? 'accepted';
              if (outcomes[each] === 'accepted') await world.run(who, name, request);
            }
            return { outcomes, state: new Map([...world.state].sort()) };
          };
          expect(await run(['hold', 'step'])).to.deep.equal(await run(['step', 'hold']));
        },
      ),
      { numRuns: times(60) },
    );
  });
});
