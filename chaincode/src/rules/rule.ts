import {
  Refusal,
  type AnyDescriptor,
  type AnyRecord,
  type Descriptor,
  type Instant,
  type Json,
  type RecordType,
} from '../model/index.js';
import type { Caller } from './caller.js';
import type { Hand, Ledger, Write } from './ledger.js';

/** Something that happened, for whoever follows the ledger: a dotted name and ids. */
export interface LedgerEvent {
  readonly name: string;
  readonly [id: string]: Json;
}

/** What a rule decides when it does not refuse. */
export interface Decision<Response> {
  readonly writes: readonly Write[];
  readonly event: LedgerEvent;
  readonly response: Response;
}

/** A transaction is a value: its description, and the pure function that decides it. */
export interface Rule<Request = unknown, Response = unknown> {
  readonly descriptor: Descriptor<string, Request, Response>;
  /** Deterministic, and pure but for the ledger's point reads. Throws {@link Refusal}. */
  decide(request: Request, ledger: Ledger, caller: Caller): Promise<Decision<Response>>;
}

/** A rule whose request has been erased, as the registry holds it; its descriptor parses before it decides. */
export interface AnyRule {
  readonly descriptor: AnyDescriptor;
  decide(request: never, ledger: Ledger, caller: Caller): Promise<Decision<unknown>>;
}

/** The rules as they are for ever under one name. What comes later is another edition, which shares the rules that stay as they were. */
export interface Edition extends Hand {
  /** By transaction name. `records:Get` and `records:Restore` are the contract's own: no rule decides them. */
  readonly rules: ReadonlyMap<string, AnyRule>;
}

export function rule<Name extends string, Request, Response>(
  descriptor: Descriptor<Name, Request, Response>,
  decide: (request: Request, ledger: Ledger, caller: Caller) => Promise<Decision<Response>>,
): Rule<Request, Response> {
  return { descriptor, decide };
}

export function accept<Response>(
  writes: readonly Write[],
  event: LedgerEvent,
  response: Response,
): Decision<Response> {
  return { writes, event, response };
}

/** The record in another state; refused with ILLEGAL_STATE when its table does not list the move. */
export function move<
  T extends AnyRecord & { readonly id: string; readonly state: string },
  S extends T['state'],
>(type: RecordType<T>, record: T, to: S): T & { readonly state: S } {
  if (!type.moves?.[record.state]?.includes(to)) {
    throw new Refusal('ILLEGAL_STATE', { id: record.id, from: record.state, to });
  }
  return { ...record, state: to };
}

/** Refuse a period or expiry that has already passed. */
export const isAhead = (until: Instant, caller: Caller): boolean => until > caller.time;
