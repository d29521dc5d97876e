import { encode, Refusal } from '@tallystick/chaincode/model';
import { NEWEST, openingDigest, type Call, type Edition, type Execution } from '@tallystick/chaincode/rules';
import { story } from './story.js';
import { World } from './world.js';

/** One call and what it came to. */
export interface Recorded {
  readonly call: Call;
  readonly state: ReadonlyMap<string, string>;
  /** What it came to in the realm of the tests. */
  readonly outcome: string;
  /** Absent when it was refused. */
  readonly done?: Execution;
  readonly isRefused: boolean;
}

const textOf = ({ writes, events, result }: Execution): string =>
  JSON.stringify({ writes: [...writes], events, result });

type Simulate = (this: World, ...attempt: Parameters<World['simulate']>) => Promise<Execution>;

/** Every call the story makes, with the state it ran over; by the rules of an edition. */
export const recordStory = (edition = NEWEST): Promise<Recorded[]> => record(story, edition);

/** Transactions of the rules that no call carried out. */
export function untriedIn(recorded: readonly Recorded[], names: Iterable<string>): readonly string[] {
  const tried = new Set(recorded.filter(({ isRefused }) => !isRefused).map(({ call }) => call.transaction));
  return [...names].filter((name) => !tried.has(name));
}

/** What a test says of transactions that nothing tries. */
export const UNTRIED =
  'transactions that chaincode/test/story.ts does not make: let somebody make each of them there';

/** Every call that some tests make through a `World`, with the state it ran over. */
export async function record(telling: () => Promise<unknown>, edition?: Edition): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  const simulate: Simulate = Reflect.get(World.prototype, 'simulate');
  World.prototype.simulate = async function (this: World, caller, transaction, request, openings = []) {
    const call: Call = {
      transaction,
      argument: encode(request),
      caller: { ...caller, time: this.now },
      openings: new Map(openings.map((opening) => [openingDigest(opening), opening])),
    };
    const state = new Map(this.state);
    if (edition) this.edition = edition;
    try {
      const done = await simulate.call(this, caller, transaction, request, openings);
      recorded.push({ call, state, outcome: textOf(done), done, isRefused: false });
      return done;
    } catch (error) {
      if (error instanceof Refusal) recorded.push({ call, state, outcome: error.message, isRefused: true });
      throw error;
    }
  };
  try {
    await telling();
  } finally {
    World.prototype.simulate = simulate;
  }
  return recorded;
}
