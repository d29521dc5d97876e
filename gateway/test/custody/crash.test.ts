import { expect } from 'chai';
import fc from 'fast-check';
import { participantId } from '@tallystick/chaincode/model';
import { FAILPOINTS, type Failpoint } from '../../src/features/custody/failpoint.js';
import type { Acknowledgement } from '../../src/features/custody/port.js';
import { collect, streamOf } from '../payload/fixtures.js';
import type { House } from './house.js';
import { BUYER, counted, metadata, Space, STEEL } from './space.js';
import { caughtUp, entryOf, FILE, isReleased } from './story.js';
import { times } from '../../../test/sampling.js';

/** When a process dies: at the nth time it reaches a failpoint, or never. */
interface Death {
  readonly at: Failpoint;
  readonly time: number;
}

/** An organisation whose gateway is started again after each death, over the same files. */
class Restarting {
  readonly #space: Space;
  readonly #mspId: string;
  readonly #sources: () => readonly { block(cid: string): Promise<Uint8Array> }[];
  readonly #deaths: readonly Death[];
  readonly #reached = new Map<Failpoint, number>();
  #house: House | undefined;
  #starting: Promise<House> | undefined;
  deaths = 0;

  constructor(
    space: Space,
    mspId: string,
    deaths: readonly Death[],
    sources: () => readonly { block(cid: string): Promise<Uint8Array> }[] = () => [],
  ) {
    this.#space = space;
    this.#mspId = mspId;
    this.#deaths = deaths;
    this.#sources = sources;
  }

  get house(): House {
    if (this.#house === undefined) throw new Error('not started');
    return this.#house;
  }

  /** The process that lives, started anew where the last one died. */
  async #living(): Promise<House> {
    if (this.#house?.isDead() === false) return this.#house;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #start(): Promise<House> {
    if (this.#house !== undefined) this.deaths += 1;
    await this.#house?.close();
    const block = (cid: string): Promise<Uint8Array> =>
      Promise.any(this.#sources().map((source) => source.block(cid)));
    this.#house = await this.#space.open(this.#mspId, {
      sources: [{ block }],
      dies: (failpoint) => this.#isDeath(failpoint),
    });
    return this.#house;
  }

  /** Do something until it was done by a process that lived; what died halfway is done anew. */
  async do<T>(work: (house: House) => Promise<T>): Promise<T> {
    for (;;) {
      const house = await this.#living();
      const done = await Promise.race([
        work(house).then((value) => ({ value })),
        house.died.then(() => undefined),
      ]);
      if (done !== undefined) return done.value;
    }
  }

  #isDeath(failpoint: Failpoint): boolean {
    const count = (this.#reached.get(failpoint) ?? 0) + 1;
    this.#reached.set(failpoint, count);
    const isDeath = this.#deaths.some(({ at, time }) => at === failpoint && time === count);
    return isDeath;
  }
}

interface Outcome {
  readonly space: Space;
  readonly steel: Restarting;
  readonly buyer: Restarting;
  readonly usages: readonly string[];
  readonly opened: readonly string[];
}

/** Register, grant, ask, answer, contest, open and acknowledge, with deaths on either side on the way. */
async function live(space: Space, deaths: readonly Death[], uses: number, quota: number): Promise<Outcome> {
  const steel: Restarting = new Restarting(space, STEEL, deaths);
  const buyer = new Restarting(space, BUYER, deaths, () => [
    { block: (cid) => steel.house.store.block(cid) },
  ]);
  const by = { identity: 'officer' };
  const { result } = await steel.do(({ useCases }) => useCases.registerFile(by, metadata(), streamOf(FILE)));
  const grant = await space.grant(result, { terms: counted(quota) });
  await Promise.all(
    Array.from({ length: uses }, () =>
      buyer.do(({ useCases }) =>
        useCases.requestUse({ identity: 'connector' }, space.ask(grant, result.versionId)),
      ),
    ),
  );
  const usages = requestsIn(space);
  await answerAll(space, steel);
  await contest(space, usages);
  await answerAll(space, steel);
  const opened = await openAll(space, buyer, usages);
  return { space, steel, buyer, usages, opened };
}

/** Every request on the ledger: also those whose gateway died before it could say so. */
const requestsIn = ({ chain }: Space): readonly string[] =>
  chain.ordered
    .filter(({ code, call }) => code === 'VALID' && call.transaction === 'usage:Request')
    .map(({ call }) => (JSON.parse(call.result) as { usageId: string }).usageId);

const answerAll = (space: Space, steel: Restarting): Promise<void> =>
  steel.do(async (house) => {
    house.custodian.start();
    await caughtUp(house, space);
    await house.custodian.idle();
  });

/** One of those allowed says that nothing came. */
async function contest(space: Space, usages: readonly string[]): Promise<void> {
  const usageId = usages.find((id) => space.usage(id).state === 'ALLOWED');
  if (usageId === undefined) return;
  await space.run(BUYER, 'operator', 'usage:Contest', { usageId, reason: 'NOT_DELIVERED' });
}

async function openAll(space: Space, buyer: Restarting, usages: readonly string[]): Promise<string[]> {
  const opened: string[] = [];
  for (const usageId of usages) {
    if (space.usage(usageId).answer?.outcome !== 'ALLOWED') continue;
    await buyer.do(async (house): Promise<Acknowledgement> => {
      await caughtUp(house, space);
      const use = await house.useCases.openUse({ identity: 'connector' }, usageId, { acknowledge: true });
      expect(await collect(use.stream)).to.deep.equal(FILE);
      return use.acknowledged;
    });
    opened.push(usageId);
  }
  return opened;
}

/** What must hold whatever dies when. */
async function expectIntact({ space, steel, usages, opened }: Outcome, quota: number): Promise<void> {
  const states = usages.map((id) => space.usage(id));
  expect(states.filter(({ answer }) => answer?.outcome === 'ALLOWED')).to.have.length(
    Math.min(quota, usages.length),
  );
  for (const { id, answer, state } of states) {
    expect(answer, `${id} is answered`).to.not.equal(undefined);
    const valid = space.answersTo(id).filter(({ code }) => code === 'VALID');
    expect(valid, 'answered once').to.have.length(1);
    expect(await isReleased(steel.house, id)).to.equal(answer?.outcome === 'ALLOWED');
    expect(await entryOf(steel.house, id)).to.have.property(
      'state',
      answer?.outcome === 'ALLOWED' ? 'RELEASED' : 'DENIED',
    );
    if (opened.includes(id)) expect(state).to.be.oneOf(['ACKNOWLEDGED', 'CONTESTED']);
  }
  const { projection, ledger } = steel.house;
  await projection.reached(await ledger.height());
  const digest = await projection.digest();
  await projection.rebuild();
  expect(await projection.digest()).to.equal(digest);
}

describe('custody: a process that dies', () => {
  let space: Space;
  beforeEach(async () => {
    space = await Space.constituted();
  });
  afterEach(() => space.close());

  for (const at of FAILPOINTS) {
    it(`at ${at}`, async () => {
      const outcome = await live(space, [{ at, time: 1 }], 3, 2);
      expect(outcome.steel.deaths + outcome.buyer.deaths).to.equal(1);
      await expectIntact(outcome, 2);
    });
  }

  it('and never, reaches every failpoint', async () => {
    const { steel, buyer } = await live(space, [], 3, 2);
    const reached = new Set([...steel.house.reached, ...buyer.house.reached]);
    expect(FAILPOINTS.filter((name) => !reached.has(name))).to.deep.equal([]);
  });
});

describe('custody: processes that die at random', () => {
  const death = fc.record({ at: fc.constantFrom(...FAILPOINTS), time: fc.integer({ min: 1, max: 4 }) });

  it('answer every request once, release only what was allowed, and lose nothing', async () => {
    const schedule = fc.array(death, { minLength: 1, maxLength: 6 });
    const loss = fc.integer({ min: 2, max: 9 });
    await fc.assert(
      fc.asyncProperty(schedule, fc.integer({ min: 1, max: 4 }), loss, async (deaths, quota, every) => {
        const space = await Space.constituted();
        let answers = 0;
        // Besides, the orderer loses every so many answers.
        space.chain.fate = ({ call }) => {
          answers += call.transaction === 'usage:Answer' ? 1 : 0;
          return call.transaction === 'usage:Answer' && answers % every === 1 ? 'LOSE' : 'ORDER';
        };
        try {
          await expectIntact(await live(space, deaths, 5, quota), quota);
        } finally {
          await space.close();
        }
      }),
      { numRuns: times(5) },
    );
  });
});

/** A request that the ledger has and that the gateway never told anybody of can still be opened: its key was kept first. */
describe('custody: a request whose gateway died right after sending it', () => {
  it('has its key', async () => {
    const space = await Space.constituted();
    const buyer = new Restarting(space, BUYER, [{ at: 'request.submitted', time: 1 }]);
    const steel = new Restarting(space, STEEL, []);
    try {
      const by = { identity: 'officer' };
      const { result } = await steel.do(({ useCases }) =>
        useCases.registerFile(by, metadata(), streamOf(FILE)),
      );
      const grant = await space.grant(result);
      const asked = space.ask(grant, result.versionId);
      await buyer.do(({ useCases }) => useCases.requestUse({ identity: 'connector' }, asked));
      const usages = requestsIn(space);
      expect(usages).to.have.length(2);
      for (const usageId of usages) {
        expect(space.usage(usageId).consumer).to.equal(participantId(BUYER));
        expect(await buyer.house.state.oneTimeKeys.get(usageId)).to.be.a('string');
      }
    } finally {
      await space.close();
    }
  });
});
