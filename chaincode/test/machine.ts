import {
  millisOf,
  type AnyRecord,
  type Key,
  type RefusalCode,
  type RecordType,
} from '@tallystick/chaincode/model';
import { NEWEST } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import fc from 'fast-check';
import { operator, registrar, secondRegulator, stranger } from './governed.js';
import { component, regulator, steel, World, type who } from './world.js';
import { times } from '../../test/sampling.js';

type Organisation = ReturnType<typeof who>;
interface Living extends AnyRecord {
  readonly state: string;
}

/** A transaction someone may try, and a caller who would be allowed to where the state allows it. */
interface Attempt {
  readonly caller: Organisation;
  readonly transaction: string;
  readonly request: object;
}

/** A record with a life: how to begin it, what can be tried on it, and what each try does in each state. */
export interface Machine {
  readonly type: RecordType;
  begin(): Promise<{ world: World; key: Key; attempts: Readonly<Record<string, Attempt>> }>;
  /** How to get to each state from where it begins. */
  readonly paths: Readonly<Record<string, readonly string[]>>;
  /** State after each attempt that is not refused. */
  readonly table: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The same, of an attempt that only somebody stronger than its own caller may make there. */
  readonly stronger?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What an attempt is refused with where the table does not list it; ILLEGAL_STATE unless said otherwise. */
  refusedWith?(state: string, attempt: string): RefusalCode;
}

/** The tests every machine must pass: the table and nothing but the table, and its life under random attempts. */
export function describeMachine(machine: Machine): void {
  const { type, table } = machine;
  const moves = type.moves ?? {};

  describe(`the life of a record: ${type.kind}`, () => {
    it('has every state of its table, and every move of its table is made here', () => {
      expect(Object.keys(table)).to.have.members(Object.keys(moves));
      for (const [from, listed] of Object.entries(moves)) {
        const made = new Set(
          [table, machine.stronger ?? {}].flatMap((each) => Object.values(each[from] ?? {})),
        );
        expect([...made], from).to.include.members([...listed]);
        for (const to of made) if (to !== from) expect(listed, from).to.include(to);
      }
    });

    for (const [state, path] of Object.entries(machine.paths)) {
      it(`in state ${state}: what the table lists moves it, everything else is refused`, () =>
        tryAll(machine, state, path));
    }

    it('never leaves the table, whoever tries what and when, and its replay is the same byte for byte', () =>
      fc.assert(
        fc.asyncProperty(steps, (list) => live(machine, list)),
        { numRuns: times(60) },
      ));
  });
}

async function tryAll(machine: Machine, state: string, path: readonly string[]): Promise<void> {
  const { world, key, attempts } = await machine.begin();
  for (const name of path) await run(world, attempts[name]!);
  expect(stateOf(world, key)).to.equal(state);
  for (const [name, attempt] of Object.entries(attempts)) {
    const to = machine.table[state]?.[name];
    const { caller, transaction, request } = attempt;
    if (to === undefined) {
      const code = machine.refusedWith?.(state, name) ?? 'ILLEGAL_STATE';
      expect(await world.refusal(caller, transaction, request), name).to.equal(code);
      continue;
    }
    const copy = world.fork();
    await run(copy, attempt);
    expect(stateOf(copy, key), name).to.equal(to);
    // Time travel: the same transaction, timed more than five minutes before the last event.
    const past = world.fork().later(-301);
    const isExempt = NEWEST.rules.get(transaction)!.descriptor.anyTime;
    expect(await past.refusal(caller, transaction, request), `${name} in the past`).to.equal(
      isExempt ? undefined : 'TIME_REGRESSION',
    );
    expect(await world.fork().later(-300).refusal(caller, transaction, request)).to.equal(undefined);
  }
}

interface Step {
  readonly pick: number;
  /** Index of who tries; beyond the list, who would be allowed to. */
  readonly actor: number;
  readonly seconds: number;
}

const actors = [operator, regulator, secondRegulator, registrar, steel, component, stranger];
const steps = fc.array(
  fc.record({
    pick: fc.nat(),
    actor: fc.nat(actors.length * 2),
    seconds: fc.oneof(fc.integer({ min: -900, max: 0 }), fc.integer({ min: 0, max: 86_400 })),
  }),
  { maxLength: 25 },
);

async function live(machine: Machine, list: readonly Step[]): Promise<void> {
  const { type, table } = machine;
  const { world, key, attempts } = await machine.begin();
  const replayed = world.fork();
  const log: { attempt: Attempt; now: string }[] = [];
  for (const { pick, actor, seconds } of list) {
    const names = Object.keys(attempts);
    const name = names[pick % names.length]!;
    const attempt = { ...attempts[name]!, ...(actors[actor] && { caller: actors[actor] }) };
    world.later(seconds);
    const before = world.get(key) as Living;
    if ((await refusalOf(world, attempt)) !== undefined) continue;
    await run(world, attempt);
    log.push({ attempt, now: world.now });
    const after = world.get(key) as Living;
    const listed = [table, machine.stronger ?? {}].flatMap((each) => each[before.state]?.[name] ?? []);
    expect(listed, `${name} in ${before.state}`).to.include(after.state);
    if (after.state !== before.state) expect(type.moves?.[before.state]).to.include(after.state);
    const isExempt = NEWEST.rules.get(attempt.transaction)!.descriptor.anyTime;
    expect(isExempt || millisOf(after.updatedAt) >= millisOf(before.updatedAt) - 300_000).to.equal(true);
    expect(after.updatedAt).to.equal(world.now);
  }
  for (const { attempt, now } of log) {
    replayed.now = now;
    await run(replayed, attempt);
  }
  expect(replayed.state).to.deep.equal(world.state);
}

const run = (world: World, { caller, transaction, request }: Attempt): Promise<unknown> =>
  world.run(caller, transaction, request);
const refusalOf = (world: World, { caller, transaction, request }: Attempt): Promise<unknown> =>
  world.refusal(caller, transaction, request);
const stateOf = (world: World, key: Key): string => (world.get(key) as Living).state;
