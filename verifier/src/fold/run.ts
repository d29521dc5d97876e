import { encode, Refusal, type Digest, type Instant, type Opening } from '@tallystick/chaincode/model';
import {
  callerFrom,
  CreatorError,
  execute,
  type Caller,
  type Edition,
  type Execution,
} from '@tallystick/chaincode/rules';
import { BoundedMap } from '../bytes/bounded-map.js';
import type { Signer } from './envelope.js';
import type { Difference } from './folded.js';
import type { EffectiveState } from './state.js';

/** A call as the rules take it. */
export interface RulesCall extends Signer {
  readonly transaction: string;
  readonly argument: string;
  readonly time: Instant;
  /** By whose rules. */
  readonly edition: Edition;
}

/** What the rules make of a call: what takes effect, or why nothing does. */
export type Ran =
  | {
      readonly writes: ReadonlyMap<string, string>;
      /** Payload of the event. */
      readonly events: string;
      readonly result: string;
      /** A check that needs the opening of a sealed field was left out. */
      readonly isUnopened: boolean;
    }
  | { readonly refused: Difference };

const NO_OPENINGS: ReadonlyMap<Digest, Opening> = new Map();

/** A replay has no openings, for whoever holds them, too: everybody must come to the same leaf. */
const REPLAY = { sealed: 'unopened', openings: NO_OPENINGS } as const;

/** How sealed values are dealt with. */
type Sealed = typeof REPLAY | { readonly openings: ReadonlyMap<Digest, Opening> };

/**
 * Runs the rules over the effective state. Whatever they throw refuses the call: the chaincode of an honest peer throws the same and
 * endorses nothing. @throws whatever the state throws, which is nobody's decision
 */
export async function run(call: RulesCall, state: EffectiveState, sealed: Sealed = REPLAY): Promise<Ran> {
  const reading = new Reading(state);
  try {
    const { transaction, argument, edition } = call;
    const caller = callerOf(call);
    const execution = await execute(edition, { transaction, argument, caller, ...sealed }, reading.read);
    return ranOf(execution);
  } catch (error) {
    reading.rethrow();
    return { refused: { reason: 'RULES_REFUSE', facts: refusalOf(error) } };
  }
}

function ranOf({ writes, events, result, unopened: isUnopened }: Execution): Ran {
  return { writes, events: encode(events), result, isUnopened };
}

/** The state as the rules read it, and whether it could be read. */
class Reading {
  readonly #state: EffectiveState;
  #failure: { readonly cause: unknown } | undefined;

  constructor(state: EffectiveState) {
    this.#state = state;
  }

  readonly read = async (key: string): Promise<string | undefined> => {
    try {
      return await this.#state.text(key);
    } catch (cause) {
      this.#failure ??= { cause };
      throw cause;
    }
  };

  rethrow(): void {
    if (this.#failure) throw this.#failure.cause;
  }
}

/** Who certificates stand for: reading one costs more than most decisions, and a ledger holds few. */
const callers = new BoundedMap<Caller>(1024);

function callerOf({ mspId, certificate, time }: Omit<RulesCall, 'edition'>): Caller {
  const known = callers.getOr(`${mspId}\n${certificate}`, () => callerFrom({ mspId, certificate }, time));
  return { ...known, time };
}

function refusalOf(error: unknown): Difference['facts'] {
  if (error instanceof Refusal) return { refusal: error.code };
  // What the contract makes of it.
  if (error instanceof CreatorError) return { refusal: 'NOT_AUTHORISED' };
  return { refusal: error instanceof Error ? error.name : 'Error' };
}

/**
 * Judges what the fold left out of an UNOPENED transaction, for whoever holds the openings: not part of any leaf.
 * @param state before the transaction
 * @returns why the rules refuse it then, `OPENING_MISSING` among the reasons; `undefined` where they do not
 */
export async function reassess(
  call: RulesCall,
  state: EffectiveState,
  openings: ReadonlyMap<Digest, Opening>,
): Promise<string | undefined> {
  const ran = await run(call, state, { openings });
  return 'refused' in ran ? ran.refused.facts['refusal'] : undefined;
}
