import { createHash } from 'node:crypto';
import {
  digestOf,
  encode,
  recordTypes,
  writesRoot,
  type Digest,
  type FoldVerdict,
  type RecordKind,
} from '@tallystick/chaincode/model';
import { editionsDigest } from '@tallystick/chaincode/rules';
import { NOTHING_IN_FORCE, type FoldedTransaction } from '@tallystick/verifier/fold';
import type { LedgerBlock, LedgerTransaction } from '../../src/ledger/port.js';
import type { FollowedProjection } from '../../src/projection/port.js';
import { newProjection, type ProjectionOptions } from '../../src/projection/projection.js';
import { keyText } from './named.js';

export interface ScriptedWrite {
  readonly key: string;
  readonly value: string;
}

/** A transaction of a scripted block: what takes effect, and how it was judged. */
export interface ScriptedTransaction {
  readonly writes: readonly ScriptedWrite[];
  readonly code?: string;
  readonly txId?: string;
  /** False for a configuration transaction. */
  readonly isCall?: boolean;
  readonly verdict?: FoldVerdict;
  readonly time?: string;
  /** Changes of what stands; `undefined` is spelled as the empty text. */
  readonly standing?: readonly (readonly [key: string, digest: Digest | null | ''])[];
  readonly noted?: readonly string[];
  readonly listed?: readonly { readonly list: string; readonly usage: string }[];
  readonly lint?: readonly string[];
  readonly events?: readonly { readonly name: string }[];
}

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

const CODES: Readonly<Record<string, number>> = { VALID: 0, MVCC_READ_CONFLICT: 11, DUPLICATE_TXID: 9 };
const OTHER = 10;

export const TIME = '2026-11-24T08:00:00.000Z';

interface Call {
  readonly mspId: string;
  readonly certificate: string;
}

const callOf = (block: number, index: number): Call => ({
  mspId: `Org${(block + index) % 3}MSP`,
  certificate: `certificate ${(block * 7 + index) % 5}`,
});

/** An envelope that holds nothing but the script: `scriptedFold` reads it. */
function transactionOf(script: ScriptedTransaction, block: number, index: number): LedgerTransaction {
  const { code = 'VALID', txId = sha(`${block}/${index}`) } = script;
  const envelope = Buffer.from(JSON.stringify({ block, index, txId, script }));
  const placed = { txId, index, code, validation: CODES[code] ?? OTHER, envelope };
  if (script.isCall === false) return placed;
  return { ...placed, creator: { ...callOf(block, index), signed: index % 4 !== 3 } };
}

interface Scripted {
  readonly block: number;
  readonly index: number;
  readonly txId: string;
  readonly script: ScriptedTransaction;
}

function foldedOf(envelope: Uint8Array, code: number): FoldedTransaction {
  const scripted = JSON.parse(Buffer.from(envelope).toString()) as Scripted;
  const { block, index, txId, script } = scripted;
  const verdict = verdictOf(script, code);
  const isEffective = verdict === 'REPLAYED' || verdict === 'CORRECTED';
  const writes = new Map(isEffective ? script.writes.map(({ key, value }) => [key, value]) : []);
  const digests = [...writes].map(([key, text]) => [key, digestOf(text)] as const);
  return {
    leaf: {
      ...{ block, index, txId, envelope: digestOf(envelope), code, verdict },
      ...{ flags: [], writes: writesRoot(digests) },
    },
    ...(script.isCall !== false && { call: foldedCall(scripted, isEffective) }),
    writes,
    ...(isEffective && script.events && { events: encode(script.events) }),
    standing: standingIn(script),
    listed: isEffective ? (script.listed ?? []) : [],
    lint: script.lint ?? [],
    inForce: NOTHING_IN_FORCE,
    ...differenceIn(script, verdict),
  };
}

const foldedCall = (
  { block, index, script }: Scripted,
  isEffective: boolean,
): NonNullable<FoldedTransaction['call']> => ({
  ...callOf(block, index),
  ...{ transaction: 'usage:Request', argument: `{"n":${block}}`, chaincode: 'tallystick' },
  ...{ time: script.time ?? TIME, response: '{}', ...(isEffective && { result: '{}' }) },
});

const standingIn = ({ standing = [] }: ScriptedTransaction): FoldedTransaction['standing'] =>
  new Map(standing.map(([key, digest]) => [key, digest === '' ? undefined : digest]));

const differenceIn = (
  { noted = [] }: ScriptedTransaction,
  verdict: FoldVerdict,
): Pick<FoldedTransaction, 'noted' | 'difference'> =>
  verdict === 'CORRECTED' || verdict === 'VOID'
    ? { noted, difference: { reason: 'WRITES_DIFFER', facts: { keys: '1' } } }
    : { noted: [] };

function verdictOf({ isCall, verdict }: ScriptedTransaction, code: number): FoldVerdict {
  if (code !== 0) return 'INVALID';
  return isCall === false ? 'CONFIG' : (verdict ?? 'REPLAYED');
}

/** What a script says of each transaction, in place of the rules. */
export const scriptedFold: NonNullable<ProjectionOptions['fold']> = (block, state) => {
  const transactions = block.envelopes.map((envelope, index) => {
    const folded = foldedOf(envelope, block.codes[index] ?? 0);
    state.apply(folded);
    return folded;
  });
  return Promise.resolve({
    number: block.number,
    hash: block.hash,
    transactions,
    editions: editionsDigest(undefined),
  });
};

/** A projection that folds scripts. */
export const scriptedProjection = (
  options: Omit<ProjectionOptions, 'channel' | 'chaincode' | 'fold'>,
): FollowedProjection =>
  newProjection({ channel: 'ledger', chaincode: 'tallystick', fold: scriptedFold, ...options });

/** A consistent chain over scripted transactions, going on from `chain`. */
export function extended(
  chain: readonly LedgerBlock[],
  blocks: readonly (readonly ScriptedTransaction[])[],
): LedgerBlock[] {
  const result = [...chain];
  for (const transactions of blocks) {
    const number = result.length;
    const previousHash = result.at(-1)?.hash ?? '';
    result.push({
      number: BigInt(number),
      previousHash,
      hash: sha(`${number} ${previousHash} ${JSON.stringify(transactions)}`),
      transactions: transactions.map((each, index) => transactionOf(each, number, index)),
    });
  }
  return result;
}

/** A ledger that is nothing but its blocks; more can be appended while it is followed. */
export interface ScriptedLedger {
  blocks(from: bigint, signal: AbortSignal): AsyncIterable<LedgerBlock>;
  append(...blocks: readonly LedgerBlock[]): void;
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', resolve, { once: true });
  });
}

/** Delivers what `chain` holds under each number, right or wrong, and then waits for more. */
export function scriptedLedger(chain: readonly LedgerBlock[] = []): ScriptedLedger {
  const known = [...chain];
  let wake = new AbortController();

  async function* blocks(from: bigint, signal: AbortSignal): AsyncGenerator<LedgerBlock> {
    let at = Number(from);
    while (!signal.aborted) {
      const block = known[at];
      if (block === undefined) await aborted(AbortSignal.any([signal, wake.signal]));
      else {
        at += 1;
        yield block;
      }
    }
  }

  return {
    blocks,
    append(...more) {
      known.push(...more);
      const woken = wake;
      wake = new AbortController();
      woken.abort();
    },
  };
}

/** A record as the rules would write it, as far as the projection looks at it. */
export function record(kind: RecordKind, name: string, members: Record<string, unknown> = {}): ScriptedWrite {
  const [owner] = keyText(kind, name).split('/').slice(1);
  const { version: schema } = recordTypes[kind];
  return { key: keyText(kind, name), value: JSON.stringify({ kind, schema, id: owner, ...members }) };
}
