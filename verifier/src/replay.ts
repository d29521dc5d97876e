import { Refusal, type AnyRecord, type Digest, type Opening } from '@tallystick/chaincode/model';
import {
  callerFrom,
  CreatorError,
  execute,
  KNOWN_RULES,
  rules,
  type Caller,
  type Creator,
  type Execution,
} from '@tallystick/chaincode/rules';
import { BoundedMap } from './bytes/bounded-map.js';
import { Rejection, type Facts, type Reason } from './rejection.js';

/** A transaction as a ledger recorded it. */
export interface Recorded {
  readonly transaction: string;
  /** The single argument, canonical JSON. */
  readonly argument: string;
  readonly creator: Creator;
  /** Transaction time, RFC 3339 UTC with milliseconds. */
  readonly time: string;
  /** What stood under each key of its read set; `null` where the read set records absence. */
  readonly reads: ReadonlyMap<string, string | null>;
  /** Keys of its read set whose values nobody has at hand. */
  readonly withheld?: ReadonlySet<string>;
  /** What it wrote. */
  readonly writes: ReadonlyMap<string, string>;
  /** What it returned, canonical JSON; not compared when absent. */
  readonly response?: string;
  readonly openings: ReadonlyMap<Digest, Opening>;
}

export type Replay =
  | { readonly result: 'pass' }
  | { readonly result: 'fail' | 'not-evaluated'; readonly reason: Reason; readonly facts: Facts };

/** The rules wanted a key whose value nobody has at hand. */
class WithheldRead extends Error {
  override readonly name = 'WithheldRead';
  readonly key: string;

  constructor(key: string) {
    super(`what stood under ${key} is not at hand`);
    this.key = key;
  }
}

/**
 * Run the rules again over what a recorded transaction read, and compare with what it wrote. Records made by
 * another version of the rules are not evaluated, never guessed.
 */
export async function replay(recorded: Recorded): Promise<Replay> {
  const versions = versionsOf(recorded.writes);
  const [version] = versions;
  if (version === undefined || versions.length > 1 || !KNOWN_RULES.has(version))
    return { result: 'not-evaluated', reason: 'RULES_UNKNOWN', facts: { rules: versions.join(' ') } };
  try {
    compare(recorded, await decideAgain(recorded, version));
    return { result: 'pass' };
  } catch (error) {
    return failureOf(error);
  }
}

function decideAgain(recorded: Recorded, version: string): Promise<Execution> {
  const { transaction, argument, openings } = recorded;
  const caller = callerOf(recorded);
  const call = { transaction, argument, caller, openings, version };
  return execute(rules, call, (key) => readOf(recorded, key));
}

/** Who certificates stand for: reading one costs more than most decisions, and a ledger holds few. */
const callers = new BoundedMap<Caller>(1024);

function callerOf({ creator, time }: Recorded): Caller {
  const name = `${creator.mspId} ${creator.certificate}`;
  return { ...callers.getOr(name, () => callerFrom(creator, time)), time };
}

function versionsOf(writes: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...writes.values()].map((text) => rulesOf(text)))];
}

/** Version of the rules that a record's text names; empty when it names none. */
export function rulesOf(text: string): string {
  try {
    const { rules: version } = JSON.parse(text) as Partial<AnyRecord>;
    return typeof version === 'string' ? version : '';
  } catch {
    return '';
  }
}

function readOf({ reads, withheld }: Recorded, key: string): Promise<string | undefined> {
  const value = reads.get(key);
  if (value !== undefined) return Promise.resolve(value ?? undefined);
  // A key that the recorded transaction never read: whoever endorsed it ran other rules.
  const isWithheld = withheld?.has(key) === true;
  return Promise.reject(isWithheld ? new WithheldRead(key) : new Rejection('WRITES_DIFFER', { unread: key }));
}

function compare({ writes, response }: Recorded, replayed: Execution): void {
  for (const key of new Set([...writes.keys(), ...replayed.writes.keys()])) {
    if (writes.get(key) !== replayed.writes.get(key)) throw new Rejection('WRITES_DIFFER', { key });
  }
  if (response !== undefined && response !== replayed.result)
    throw new Rejection('WRITES_DIFFER', { what: 'the response' });
}

function failureOf(error: unknown): Replay {
  if (error instanceof Rejection) return { result: 'fail', reason: error.code, facts: error.facts };
  if (error instanceof WithheldRead)
    return { result: 'not-evaluated', reason: 'READ_NOT_EVIDENCED', facts: { key: error.key } };
  // The opening of a sealed field travels beside a transaction and is not recorded: whoever has it can hand it in.
  if (error instanceof Refusal && error.code === 'OPENING_MISSING')
    return { result: 'not-evaluated', reason: 'OPENING_MISSING', facts: {} };
  if (error instanceof Refusal)
    return { result: 'fail', reason: 'RULES_REFUSE', facts: { refusal: error.code } };
  if (error instanceof CreatorError)
    return { result: 'fail', reason: 'RULES_REFUSE', facts: { refusal: error.code } };
  const text = error instanceof Error ? error.message : String(error);
  return { result: 'fail', reason: 'MALFORMED', facts: { what: text.slice(0, 200) } };
}
