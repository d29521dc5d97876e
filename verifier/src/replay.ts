import type { Digest, Opening } from '@tallystick/chaincode/model';
import { callerFrom, execute, rules, RULES_VERSION, type Creator } from '@tallystick/chaincode/rules';

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
  /** What it wrote. */
  readonly writes: ReadonlyMap<string, string>;
  readonly openings: ReadonlyMap<Digest, Opening>;
}

export type Replay =
  | { readonly result: 'pass' }
  | { readonly result: 'fail'; readonly reason: string; readonly key?: string }
  | { readonly result: 'not-evaluated'; readonly reason: string };

/** The rules wanted a key that the recorded read set does not hold: whoever endorsed it ran other rules. */
class UnrecordedRead extends Error {
  override readonly name = 'UnrecordedRead';
  readonly key: string;

  constructor(key: string) {
    super(`the recorded transaction did not read ${key}`);
    this.key = key;
  }
}

/**
 * Run the rules again over what a recorded transaction read, and compare with what it wrote. Records made by
 * another version of the rules are not evaluated, never guessed.
 */
export async function replay(recorded: Recorded): Promise<Replay> {
  for (const text of recorded.writes.values()) {
    const { rules: version } = JSON.parse(text) as { rules?: unknown };
    if (version !== RULES_VERSION) return { result: 'not-evaluated', reason: `rules ${String(version)}` };
  }
  try {
    const { transaction, argument, openings } = recorded;
    const caller = callerFrom(recorded.creator, recorded.time);
    const { writes } = await execute(rules, { transaction, argument, caller, openings }, (key) =>
      readOf(recorded, key),
    );
    return compare(recorded.writes, writes);
  } catch (error) {
    if (error instanceof UnrecordedRead) return { result: 'fail', reason: error.message, key: error.key };
    return { result: 'fail', reason: error instanceof Error ? error.message : String(error) };
  }
}

function readOf({ reads }: Recorded, key: string): Promise<string | undefined> {
  const value = reads.get(key);
  return value === undefined ? Promise.reject(new UnrecordedRead(key)) : Promise.resolve(value ?? undefined);
}

function compare(recorded: ReadonlyMap<string, string>, replayed: ReadonlyMap<string, string>): Replay {
  for (const key of new Set([...recorded.keys(), ...replayed.keys()])) {
    if (recorded.get(key) !== replayed.get(key)) {
      return { result: 'fail', reason: 'the rules do not write this', key };
    }
  }
  return { result: 'pass' };
}
