import { equalBytes } from '@noble/curves/utils.js';
import { LIFECYCLE } from '../fabric/definition.js';
import type { Read } from '../fabric/rwset.js';
import type { Checklist } from '../checklist.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { compare } from './records.js';
import { placeOf, type BlockParts } from './reading.js';
import { keysIn, readsIn, type Evidenced } from './transactions.js';

/** A read that organisations signed: which version of a key stood there, and what it held, where the answer says so. */
export interface SignedRead extends Read {
  /** Text of the record; `undefined` where the answer says nothing of it. */
  readonly value?: string | null;
}

/** What places of transactions follow from. */
export interface Bearings {
  /** Blocks whose data hash and orderer signatures hold. */
  readonly blocks: readonly BlockParts[];
  /** Reads of answers that enough organisations signed. */
  readonly reads: readonly SignedRead[];
}

/**
 * Shows where each transaction stands, which is what read versions point at. In a verified block it is a fact; otherwise a signed read
 * that names the place together with what was written there shows it. A place that is only stated is not evaluated: an older
 * version of a record could have been put there.
 */
export function checkPositions(
  transactions: readonly Evidenced[],
  bearings: Bearings,
  list: Checklist,
): void {
  for (const each of transactions) {
    try {
      const by = proofOf(each, transactions, bearings);
      if (by === undefined)
        list.notEvaluated('transaction.position', each.tx.txId, 'POSITION_NOT_PROVEN', { place: each.place });
      else list.pass('transaction.position', each.tx.txId, { place: each.place, by });
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      list.fail('transaction.position', each.tx.txId, error);
    }
  }
}

function proofOf(
  each: Evidenced,
  all: readonly Evidenced[],
  { blocks, reads }: Bearings,
): string | undefined {
  assertAfterReads(each);
  const block = blocks.find(({ number }) => number === each.position.block);
  if (block !== undefined) {
    const found = block.data[each.position.index];
    rejectUnless(found !== undefined && equalBytes(found, each.tx.envelope), 'POSITION_DIFFERS', {
      place: each.place,
    });
    return `block ${block.number.toString()}`;
  }
  return signedProof(each, reads) ?? successorProof(each, all);
}

// What a transaction read was written before it.
function assertAfterReads({ tx, reads, position, place }: Evidenced): void {
  for (const { key, version } of [...reads, ...readsIn(tx, LIFECYCLE)]) {
    const isBefore = version === null || compare(version, position) < 0;
    rejectUnless(isBefore, 'POSITION_DIFFERS', { place, key, what: 'reads what was written later' });
  }
}

/**
 * A signed answer names the key, this place, and the very text that the transaction wrote. The very text at another place is refused: a
 * record names its time, so no other transaction wrote it, and whoever moves a transaction has it judged under another configuration.
 */
function signedProof({ writes, place }: Evidenced, reads: readonly SignedRead[]): string | undefined {
  let proof: string | undefined;
  for (const { key, version, value } of reads) {
    const written = writes.get(key);
    if (version === null || written === undefined || value === undefined) continue;
    const [isHere, isThis] = [placeOf(version) === place, written === value];
    rejectUnless(isHere === isThis, 'POSITION_DIFFERS', { place, key, read: placeOf(version) });
    if (isHere) proof ??= `signed read of ${key}`;
  }
  return proof;
}

/** A definition's place is what the commit of the next definition read. */
function successorProof({ tx, place }: Evidenced, all: readonly Evidenced[]): string | undefined {
  const sequence = keysIn(tx, LIFECYCLE).find((key) => key.endsWith('/Sequence'));
  const next = all.find((other) =>
    readsIn(other.tx, LIFECYCLE).some(
      ({ key, version }) =>
        other.tx.chaincode === LIFECYCLE &&
        key === sequence &&
        version !== null &&
        placeOf(version) === place,
    ),
  );
  return next && `read by ${next.tx.txId}`;
}
