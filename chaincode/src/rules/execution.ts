import * as z from 'zod';
import {
  Allowance,
  bytesOf,
  decode,
  digestOf,
  encode,
  EncodingError,
  keys,
  MAX_BATCH,
  Refusal,
  refuseBeyond,
  refuseUnless,
  type Actor,
  type AnyDescriptor,
  type Descriptor,
  type Digest,
  type Json,
  type Opening,
  type Space,
} from '../model/index.js';
import { opening as openingSchema } from '../model/schema.js';
import type { Caller } from './caller.js';
import { refuseCompromised } from './compromises/index.js';
import { Overlay, type Reader, type Terms } from './ledger.js';
import type { AnyRule, Decision, Edition, LedgerEvent } from './rule.js';

/** What a transaction does, before anyone has written it. */
export interface Execution {
  /** Canonical record text by ledger key. */
  readonly writes: ReadonlyMap<string, string>;
  readonly events: readonly LedgerEvent[];
  /** Canonical JSON: one response, or a list for a list of requests. */
  readonly result: string;
  /** A check that needs the opening of a sealed field was left out: of a replay only. */
  readonly unopened: boolean;
}

export interface Call extends Terms {
  readonly transaction: string;
  /** Canonical JSON of one request or a list of requests. */
  readonly argument: string;
  readonly caller: Caller;
}

/**
 * Run a transaction over committed state by the rules of an edition: the requests in order, each over the writes of those before it, all or
 * nothing. The contract, custody and the verifier run this same function. Throws {@link Refusal}, also where the transaction takes more
 * than `LIMITS` admit: a majority of endorsers cannot write what would break the next reader.
 */
export async function execute(edition: Edition, call: Call, read: Reader): Promise<Execution> {
  const rule = edition.rules.get(call.transaction);
  if (!rule) throw new Refusal('UNKNOWN_TRANSACTION', { transaction: call.transaction });
  const argument = decodeArgument(call.argument);
  const overlay = new Overlay(read, call, edition);
  const decisions: Decision<unknown>[] = [];
  for (const [index, request] of requestsOf(argument).entries()) {
    decisions.push(
      await decideOne(rule, request, overlay, call.caller, Array.isArray(argument) ? `/${index}` : ''),
    );
  }
  const responses = decisions.map(({ response }) => response);
  const writes = overlay.writes();
  const events = decisions.map(({ event }) => event);
  const result = encode(Array.isArray(argument) ? responses : responses[0]);
  refuseEffect([...writes.keys(), ...writes.values(), encode(events), result]);
  return { writes, events, result, unopened: overlay.unopened };
}

function refuseEffect(texts: readonly string[]): void {
  const effect = new Allowance('effect');
  for (const text of texts) effect.spend(bytesOf(text));
}

/** One request, or a list of them, as their descriptor reads them. Refuses with MALFORMED. */
export function parseRequests<Request>(
  descriptor: Descriptor<string, Request, unknown>,
  argument: string,
): Request | readonly Request[] {
  const decoded = decodeArgument(argument);
  if (!Array.isArray(decoded)) return parsed(descriptor, decoded, '');
  return requestsOf(decoded).map((request, index) => parsed(descriptor, request, `/${index}`));
}

function parsed<Request>(
  descriptor: Descriptor<string, Request, unknown>,
  request: Json,
  pointer: string,
): Request {
  const { success, data, error } = descriptor.request.safeParse(request);
  if (!success) throw malformed(error, pointer);
  return data;
}

/** Openings from the transient field `openings`: canonical JSON, a list of `{salt, value}`. */
export function decodeOpenings(text: string): ReadonlyMap<Digest, Opening> {
  refuseBeyond('openings', bytesOf(text));
  const parsed = z.array(openingSchema).max(MAX_BATCH).safeParse(decodeArgument(text));
  if (!parsed.success) throw malformed(parsed.error, '');
  return new Map(parsed.data.map((opening) => [openingDigest(opening), opening]));
}

/** Commitment of a sealed field: SHA-256 over the canonical JSON of its opening, salt included. */
export const openingDigest = (opening: Opening): Digest =>
  digestOf(`tallystick/opening/v1${encode(opening)}`);

async function decideOne(
  rule: AnyRule,
  request: Json,
  overlay: Overlay,
  caller: Caller,
  pointer: string,
): Promise<Decision<unknown>> {
  const asked = parsed(rule.descriptor, request, pointer);
  overlay.next();
  await refuseStanding(rule.descriptor, overlay, caller);
  const decision = await rule.decide(asked as never, overlay, caller);
  await overlay.putAll(decision.writes, { time: caller.time, anyTime: rule.descriptor.anyTime });
  return decision;
}

function decodeArgument(text: string): Json {
  refuseBeyond('argument', bytesOf(text));
  try {
    return decode(text);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new Refusal('MALFORMED', { errors: [{ pointer: said(error.pointer), reason: error.code }] });
  }
}

function requestsOf(argument: Json): readonly Json[] {
  if (!Array.isArray(argument)) return [argument];
  const list = argument as readonly Json[];
  const reason = `a list holds 1 to ${MAX_BATCH} requests`;
  refuseUnless(list.length > 0 && list.length <= MAX_BATCH, 'MALFORMED', {
    errors: [{ pointer: '', reason }],
  });
  return list;
}

const MAX_FAULTS = 20;
/** Characters of what is said about one fault: names that a caller made up are repeated in it, and a refusal travels in a gRPC status. */
const MAX_SAID = 300;
const said = (text: string): string => text.slice(0, MAX_SAID).toWellFormed();

function malformed(error: z.ZodError, pointer: string): Refusal {
  const errors = error.issues.slice(0, MAX_FAULTS).map(({ path, message }) => {
    const parts = path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'));
    return { pointer: said([pointer, ...parts].join('/')), reason: said(message) };
  });
  return new Refusal('MALFORMED', { errors });
}

/** What every transaction asks of its caller before its own rule is asked. */
async function refuseStanding(descriptor: AnyDescriptor, overlay: Overlay, caller: Caller): Promise<void> {
  refuseRole(descriptor, caller);
  if (descriptor.by === 'anyone') return;
  const [space, compromises] = await Promise.all([
    overlay.get(keys.space()),
    overlay.get(keys.compromises(caller.mspId)),
  ]);
  refusePause(descriptor, space);
  refuseCompromised(compromises, caller);
  if (descriptor.standing === 'NONE') return;
  const participant = await overlay.get(keys.participant(caller.participant));
  refuseUnless(participant !== undefined, 'NOT_A_PARTICIPANT', { participant: caller.participant });
  refuseUnless(participant.state === descriptor.standing, 'PARTICIPANT_NOT_ACTIVE', {
    participant: caller.participant,
    state: participant.state,
  });
}

/** Roles that may call, by what a transaction asks for. A component has none; what only reads or signs beside the ledger writes nothing. */
const ROLES: Readonly<Record<Actor, readonly Caller['role'][]>> = {
  officer: ['officer'],
  staff: ['officer', 'operator'],
  component: ['officer', 'operator', undefined],
  anyone: ['officer', 'operator', 'auditor', 'witness', undefined],
};

function refuseRole({ by, name }: AnyDescriptor, { role }: Caller): void {
  refuseUnless(ROLES[by].includes(role), 'NOT_AUTHORISED', {
    transaction: name,
    needs: by,
    has: role ?? null,
  });
}

function refusePause({ name, whilePaused }: AnyDescriptor, space: Space | undefined): void {
  if (name === 'space:Constitute') return;
  refuseUnless(space !== undefined, 'SPACE_NOT_CONSTITUTED');
  refuseUnless(space.paused === undefined || whilePaused, 'SPACE_PAUSED', {
    since: space.paused?.at ?? null,
  });
}
