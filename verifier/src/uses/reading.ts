import {
  BytesError,
  BytesReader,
  MAX_USES_BYTES,
  usesFile,
  type ListRange,
  type MapProof,
  type UsesEnd,
  type UsesFile,
  type UsesList,
} from '@tallystick/chaincode/model';
import {
  assertBounded,
  assertCanonical,
  blockOf,
  checkpointOf,
  evidenceText,
  headerOf,
  inForm,
  parsedJson,
  type BlockParts,
  type FiledCheckpoint,
  type HeaderParts,
} from '../evidence/reading.js';
import { assertProofSize } from '../evidence/proofs.js';
import { Rejection, rejectUnless } from '../rejection.js';

/** One end of the range. */
export interface FiledEnd {
  readonly checkpoint: FiledCheckpoint;
  readonly head: HeaderParts;
  /** The list in the map at that height. */
  readonly list: MapProof;
}

/** A completeness file with its bytes put together. Nothing in it has been checked but its form. */
export interface FiledUses {
  readonly channel: string;
  readonly chaincode: string;
  readonly list: UsesList;
  readonly config: readonly BlockParts[];
  /** Absent where the range begins with the ledger. */
  readonly from: FiledEnd | undefined;
  readonly to: FiledEnd;
  readonly range: ListRange;
  readonly members: UsesFile['members'];
  readonly timestamps: readonly Uint8Array[];
}

/** Values in lists and objects: a use has some ten, with its place in the proof. */
const MAX_VALUES = 4_000_000;

/**
 * Reads a file in the one form it may have: canonical JSON (RFC 8785), every member known and none twice, every shared entry used.
 * @throws Rejection MALFORMED, NOT_CANONICAL, TOO_LARGE, NOT_WELL_FORMED
 */
export function readUses(bytes: Uint8Array): FiledUses {
  rejectUnless(bytes.length <= MAX_USES_BYTES, 'TOO_LARGE', { bytes: `${bytes.length}` });
  assertBounded(bytes, MAX_VALUES);
  const text = evidenceText(bytes);
  const value = parsedJson(text);
  const file = inForm(value, usesFile);
  assertCanonical(value, text);
  const { usages } = file.range;
  const { length } = file.members.texts;
  rejectUnless(length === usages.length, 'NOT_WELL_FORMED', { uses: `${usages.length}`, texts: `${length}` });
  for (const each of [file.from, file.to]) if (each) assertProofSize(each.list, 1);
  assertProofSize(file.members.proof, usages.length + 1);
  return expanded(file);
}

function expanded(file: UsesFile): FiledUses {
  try {
    return expand(file);
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
    throw new Rejection(error.code === 'TOO_LARGE' ? 'TOO_LARGE' : 'MALFORMED', { what: error.message });
  }
}

function expand({ channel, chaincode, list, range, members, ...file }: UsesFile): FiledUses {
  const reader = new BytesReader(file.shared);
  const endOf = ({ checkpoint, head, list: proof }: UsesEnd): FiledEnd => ({
    checkpoint: checkpointOf(checkpoint, reader),
    head: headerOf(head, reader),
    list: proof,
  });
  const uses = {
    ...{ channel, chaincode, list, range, members },
    config: file.config.map((block) => blockOf(block, reader)),
    from: file.from === null ? undefined : endOf(file.from),
    to: endOf(file.to),
    timestamps: file.timestamps.map(({ token }) => reader.read(token)),
  };
  reader.assertAllUsed();
  return uses;
}
