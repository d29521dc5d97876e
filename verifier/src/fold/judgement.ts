import type { FoldVerdict } from '@tallystick/chaincode/model';
import type { Edition, EditionTable } from '@tallystick/chaincode/rules';
import { differenceOf, readingDiffers } from './comparison.js';
import { editionIn } from './edition.js';
import type { EnvelopeHeader } from './envelope.js';
import type { Difference } from './folded.js';
import { isTouched, type NamespaceWrites } from './namespaces.js';
import { RESTORE, restorationFault } from './restoration.js';
import { run, type RulesCall } from './run.js';
import type { EffectiveState } from './state.js';
import { textOf, Unreadable } from './wire.js';
import type { Transaction } from './transaction.js';

/** What the rules say of a transaction that Fabric flags as valid, and what takes effect. */
export interface Judged {
  readonly verdict: FoldVerdict;
  readonly writes: ReadonlyMap<string, string>;
  readonly isUnopened: boolean;
  readonly result?: string;
  readonly events?: string;
  readonly difference?: Difference;
  /** Name of the edition by whose rules it was judged. */
  readonly rules?: string;
}

const NOTHING = { writes: new Map<string, string>(), isUnopened: false } as const;

/** Calls that write nothing; the second is the contract API's own (fabric-shim, systemcontract.js). */
const READING: ReadonlySet<string> = new Set(['records:Get', 'org.hyperledger.fabric:GetMetadata']);

/** Fabric's own mark that a chaincode was initialized (fabric:core/chaincode/chaincode_support.go, InitializedKeyName). */
const INITIALIZED = '\u0000\u{10ffff}initialized';

export const voided = (reason: Difference['reason'], facts: Difference['facts']): Judged => ({
  ...NOTHING,
  verdict: 'VOID',
  difference: { reason, facts },
});

/** Of a call to another chaincode: foreign, unless it touches what is ours. */
export function judgeForeign(namespaces: readonly NamespaceWrites[], ours: string): Judged {
  const touched = namespaces.find((each) => each.namespace === ours && isTouched(each));
  return touched
    ? voided('NAMESPACE_TOUCHED', { by: 'another chaincode', ...keyIn(touched) })
    : { ...NOTHING, verdict: 'FOREIGN' };
}

/** What calls to ours are judged by. */
export interface Ours {
  /** Name of our chaincode. */
  readonly ours: string;
  readonly editions: EditionTable | undefined;
}

/** Of a call to ours. @param state before it @throws EditionUnknown, and whatever the state throws */
export async function judgeOurs(
  header: EnvelopeHeader,
  transaction: Transaction,
  state: EffectiveState,
  { ours, editions }: Ours,
): Promise<Judged> {
  const edition = editionIn(state.inForce(), editions);
  // Nobody can call what is not defined: no peer would have executed it.
  if (edition === undefined) return voided('RULES_REFUSE', { refusal: 'NOT_DEFINED' });
  return { ...(await judgeUnder(edition, header, transaction, state, ours)), rules: edition.name };
}

async function judgeUnder(
  edition: Edition,
  { time }: EnvelopeHeader,
  transaction: Transaction,
  state: EffectiveState,
  ours: string,
): Promise<Judged> {
  const besides = touchedBesides(transaction, ours);
  if (besides) return voided('NAMESPACE_TOUCHED', besides);
  const asked = callOf(transaction);
  if (asked instanceof Unreadable) return voided('CALL_UNREADABLE', { what: asked.message });
  const { endorsed } = transaction;
  if (READING.has(asked.transaction)) return asRead(readingDiffers(endorsed, ours));
  if (asked.transaction === RESTORE) {
    const fault = await restorationFault(asked.argument, endorsed.namespaces, { state, ours });
    return fault ? voided(fault.reason, fault.facts) : asRead(undefined);
  }
  return time === undefined
    ? voided('CALL_UNREADABLE', { what: 'no time that there is' })
    : judgeRun({ ...asked, time, edition }, transaction, state, ours);
}

const asRead = (difference: Difference | undefined): Judged =>
  difference ? { ...NOTHING, verdict: 'CORRECTED', difference } : { ...NOTHING, verdict: 'REPLAYED' };

async function judgeRun(
  call: RulesCall,
  { endorsed }: Transaction,
  state: EffectiveState,
  ours: string,
): Promise<Judged> {
  const ran = await run(call, state);
  if ('refused' in ran) {
    const touched = endorsed.namespaces.find(({ namespace }) => namespace === ours);
    return voided(ran.refused.reason, { ...ran.refused.facts, ...(touched && keyIn(touched)) });
  }
  const difference = differenceOf(ran, endorsed, ours);
  return difference ? { ...ran, verdict: 'CORRECTED', difference } : { ...ran, verdict: 'REPLAYED' };
}

/** What no transaction of ours does to our own namespace. */
function touchedBesides({ endorsed }: Transaction, ours: string): Difference['facts'] | undefined {
  for (const { namespace, writes, metadata, collections } of endorsed.namespaces) {
    if (namespace !== ours) continue;
    const [key] = metadata;
    if (key !== undefined) return { by: 'metadata', key: key.slice(0, 400) };
    const [collection] = collections;
    if (collection !== undefined) return { by: 'a collection', collection };
    if (writes.has(INITIALIZED)) return { by: 'an initialization' };
  }
  return undefined;
}

/**
 * The call as the contract takes it: exactly one argument, both it and the name UTF-8. Which chaincode the call itself names beside the
 * header, nobody looks at: peers do not, and the chaincode is not told.
 */
function callOf({ args, signer }: Transaction): Omit<RulesCall, 'time' | 'edition'> | Unreadable {
  try {
    const [name, ...rest] = args.map(textOf);
    if (name === undefined) return new Unreadable('no function');
    const [argument, ...more] = rest;
    const isReading = READING.has(name);
    if (!isReading && (argument === undefined || more.length > 0))
      return new Unreadable(`${rest.length} arguments`);
    return { ...signer, transaction: name, argument: argument ?? '' };
  } catch (error) {
    if (error instanceof Unreadable) return error;
    throw error;
  }
}

/** Which key was written, cut to what a map can hold. */
export function keyIn({ writes, metadata }: NamespaceWrites): Difference['facts'] {
  const [key] = [...writes.keys(), ...metadata];
  return key === undefined ? {} : { key: key.slice(0, 400) };
}
