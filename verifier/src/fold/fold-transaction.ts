import {
  digestOf,
  encode,
  EncodingError,
  mayWrite,
  writesRoot,
  type Leaf,
} from '@tallystick/chaincode/model';
import { definedIn } from './definition.js';
import { digestsOf } from './digests.js';
import type { InForce } from './edition.js';
import { anyText, readHeader, type EnvelopeHeader } from './envelope.js';
import type { FoldedCall, FoldedTransaction, FoldSettings } from './folded.js';
import { judgeForeign, judgeOurs, keyIn, voided, type Judged } from './judgement.js';
import { listedBy } from './lists.js';
import { agreementChanges, endorsedWrites, isMapKey, standingChanges } from './standing.js';
import type { EffectiveState } from './state.js';
import { readAction, readTransaction, wordsOf, type Transaction } from './transaction.js';
import type { NamespaceWrites } from './namespaces.js';
import { Unreadable } from './wire.js';

const VALID = 0;
const MAX_TX_ID = 200;
const NO_WRITES = writesRoot([]);

/** A transaction at its place. */
export interface Placed {
  readonly block: number;
  readonly index: number;
  readonly envelope: Uint8Array;
  /** Fabric's. */
  readonly code: number;
}

/** An envelope as far as it can be read. */
interface Read {
  readonly header?: EnvelopeHeader;
  /** What peers apply to the state, also where nobody can read what was called. */
  readonly namespaces?: readonly NamespaceWrites[];
  readonly transaction?: Transaction;
  /** What could not be read. */
  readonly fault?: string;
  readonly lint: Set<string>;
}

/** @param state before the transaction @throws EditionUnknown, and whatever the state throws */
export async function foldTransaction(
  placed: Placed,
  state: EffectiveState,
  settings: FoldSettings,
): Promise<FoldedTransaction> {
  const read = readEnvelope(placed.envelope);
  const judged = await judge(placed, read, state, settings);
  if (placed.code === VALID) lintKinds(read, settings);
  const call = callIn(read, judged);
  return {
    leaf: leafOf(placed, read, judged),
    ...(call && { call }),
    writes: judged.writes,
    ...(judged.events !== undefined && { events: judged.events }),
    ...(await consequences(judged, read, state, settings)),
    ...(judged.rules !== undefined && { rules: judged.rules }),
    inForce: inForceAfter(placed, read, judged, state, settings),
    lint: [...read.lint].sort(),
    ...(judged.difference && { difference: judged.difference }),
  };
}

/** A definition counts from the next transaction on. Fabric's state has it however the rest of its transaction reads. */
function inForceAfter(
  { code }: Placed,
  { namespaces = [] }: Read,
  { rules }: Judged,
  state: EffectiveState,
  { chaincode }: FoldSettings,
): InForce {
  const before = state.inForce();
  const defined = code === VALID ? definedIn(namespaces, chaincode) : undefined;
  if (defined === undefined && rules === undefined) return before;
  const { version } = defined ?? before;
  return { version, decided: rules ?? before.decided };
}

/** What endorsers wrote beside the kinds of record that the transaction is about. */
function lintKinds({ header, transaction, lint }: Read, { chaincode }: FoldSettings): void {
  if (header?.chaincode !== chaincode || transaction === undefined) return;
  const name = wordsOf(transaction).transaction;
  for (const { namespace, writes } of transaction.endorsed.namespaces)
    if (namespace === chaincode)
      for (const key of writes.keys())
        if (!mayWrite(name, key)) lint.add(`OTHER_KIND ${kindOf(key).slice(0, MAX_KIND)}`);
}

const MAX_KIND = 40;
const kindOf = (key: string): string => key.split('/', 1)[0] ?? '';

function readEnvelope(envelope: Uint8Array): Read {
  const lint = new Set<string>();
  let found: Omit<Read, 'lint'> = {};
  try {
    const header = readHeader(envelope, lint);
    found = { header };
    if (header.kind !== 'ENDORSER_TRANSACTION') return { ...found, lint };
    const action = readAction(header, lint);
    found = { header, namespaces: action.namespaces };
    return { ...found, transaction: readTransaction(header, lint, action), lint };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ...found, fault: error.message, lint };
  }
}

/** Fabric's code comes first: what it did not take has no effect, whatever it is. */
async function judge(
  { code }: Placed,
  { header, namespaces, transaction, fault }: Read,
  state: EffectiveState,
  { chaincode, editions }: FoldSettings,
): Promise<Judged> {
  if (code !== VALID) return without('INVALID');
  if (header?.kind === 'CONFIG') return without('CONFIG');
  if (header !== undefined && namespaces !== undefined && header.chaincode !== chaincode)
    return judgeForeign(namespaces, chaincode);
  if (header === undefined || transaction === undefined)
    return voided('CALL_UNREADABLE', {
      what: fault ?? 'no endorser transaction',
      ...keyOf(namespaces, chaincode),
    });
  return judgeOurs(header, transaction, state, { ours: chaincode, editions });
}

/** Which of our keys was written. */
function keyOf(
  namespaces: readonly NamespaceWrites[] | undefined,
  ours: string,
): Readonly<Record<string, string>> {
  const own = namespaces?.find(({ namespace }) => namespace === ours);
  return own ? keyIn(own) : {};
}

const without = (verdict: Judged['verdict']): Judged => ({ verdict, writes: new Map(), isUnopened: false });

function leafOf(
  { block, index, envelope, code }: Placed,
  { header }: Read,
  { verdict, writes, isUnopened }: Judged,
): Leaf {
  const digests = digestsOf(writes);
  return {
    block,
    index,
    txId: idIn(header),
    envelope: digestOf(envelope),
    code,
    verdict,
    flags: isUnopened ? ['UNOPENED'] : [],
    writes: digests.length === 0 ? NO_WRITES : writesRoot(digests),
  };
}

/** As the header claims it; what a leaf cannot hold is no id. */
function idIn(header: EnvelopeHeader | undefined): string {
  const { txId = '' } = header ?? {};
  try {
    return txId.length <= MAX_TX_ID && encode(txId) !== '' ? txId : '';
  } catch (error) {
    if (error instanceof EncodingError) return '';
    throw error;
  }
}

function callIn({ header, transaction }: Read, { result }: Judged): FoldedCall | undefined {
  if (header?.time === undefined || transaction === undefined) return undefined;
  return {
    ...wordsOf(transaction),
    ...transaction.signer,
    time: header.time,
    response: anyText(transaction.endorsed.payload),
    ...(result !== undefined && { result }),
    chaincode: header.chaincode,
  };
}

type Consequences = Pick<FoldedTransaction, 'standing' | 'noted' | 'listed'>;
const NO_CONSEQUENCES: Consequences = { standing: new Map(), noted: [], listed: [] };

async function consequences(
  { verdict, writes }: Judged,
  { namespaces }: Read,
  state: EffectiveState,
  { chaincode }: FoldSettings,
): Promise<Consequences> {
  if (namespaces === undefined || verdict === 'INVALID' || verdict === 'FOREIGN') return NO_CONSEQUENCES;
  const listed = await listedBy(state, writes);
  // A restoration is replayed without an effect of its own, and yet writes.
  if (verdict === 'REPLAYED' && writes.size > 0)
    return { standing: await agreementChanges(state, writes), noted: [], listed };
  const endorsed = endorsedWrites(namespaces, chaincode);
  const standing = await standingChanges(state, endorsed, writes);
  return { standing, noted: verdict === 'REPLAYED' ? [] : notedIn(namespaces, chaincode, endorsed), listed };
}

function notedIn(
  namespaces: readonly NamespaceWrites[],
  ours: string,
  writes: ReadonlyMap<string, unknown>,
): readonly string[] {
  const metadata = namespaces
    .filter(({ namespace }) => namespace === ours)
    .flatMap((each) => each.metadata)
    .filter(isMapKey);
  return [...new Set([...writes.keys(), ...metadata])].sort();
}
