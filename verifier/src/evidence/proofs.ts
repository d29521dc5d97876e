import {
  checkInclusion,
  checkWrite,
  hashOfDigest,
  leafHash,
  ProvenMap,
  TreeError,
  type CheckpointBody,
  type Digest,
  type MapProof,
} from '@tallystick/chaincode/model';
import { Rejection, rejectUnless, type Reason } from '../rejection.js';
import type { FiledTransaction } from './reading.js';

const REASON_OF: Readonly<Record<TreeError['code'], Reason>> = {
  PROOF_INVALID: 'PROOF_INVALID',
  NOT_COVERED: 'READ_NOT_EVIDENCED',
  NODE_MISSING: 'READ_NOT_EVIDENCED',
};

/** @throws Rejection PROOF_INVALID, READ_NOT_EVIDENCED */
export function proven<T>(check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (!(cause instanceof TreeError)) throw cause;
    throw new Rejection(REASON_OF[cause.code], { what: cause.message }, { cause });
  }
}

/** That a transaction stands where it says in the log of a checkpoint. @throws Rejection PROOF_INVALID */
export function assertIncluded(
  { leaf, position, path }: Pick<FiledTransaction, 'leaf' | 'position' | 'path'>,
  { size, log }: CheckpointBody,
): void {
  proven(() => {
    checkInclusion(leafHash(leaf), position, size, path, hashOfDigest(log));
  });
}

/** That a text is an effective write of a transaction. @throws Rejection PROOF_INVALID */
export function assertWritten(
  opening: FiledTransaction['writes'][number]['opening'],
  text: Digest,
  root: Digest,
): void {
  proven(() => {
    checkWrite(opening, text, root);
  });
}

/** Hashes that a key asked for can need, its path being of 256 bits. */
const HASHES_PER_KEY = 300;

/** Looked at before a tree is put together: how many hashes a proof of so many keys can need. @throws Rejection TOO_LARGE */
export function assertProofSize({ hashes }: MapProof, keys: number): void {
  const most = HASHES_PER_KEY * keys;
  rejectUnless(hashes.length <= most, 'TOO_LARGE', { hashes: `${hashes.length}`, most: `${most}` });
}

/** The part of a map that a proof shows. @throws Rejection PROOF_INVALID unless it is of the map with that root */
export function provenMap(proof: MapProof, root: Digest): ProvenMap {
  const map = proven(() => ProvenMap.read(proof));
  const isThis = hashOfDigest(root).every((byte, index) => byte === map.root[index]);
  rejectUnless(isThis, 'PROOF_INVALID', { what: 'a map with another root' });
  return map;
}
