import { concatBytes } from '@noble/hashes/utils.js';
import { audit, type Audit } from '../audit/index.js';
import { METADATA } from '../fabric/block.js';
import { frame, varint } from '../fabric/framing.js';
import { evaluableIf, Rejection } from '../rejection.js';
import type { VerificationInput } from './ledger.js';
import type { FlaggedBlock } from './reading.js';

/** What the audit says of the rules' effects is the fold's to say here: what endorsers wrote has none by itself. */
const OF_THE_FOLD: readonly string[] = ['transaction.replay', 'ledger.definition', 'ledger.constitution'];

/**
 * Fabric's code of every transaction, computed anew: form, creator, endorsements, policies, read conflicts. Nobody signs the flags of a
 * block, so those of the file count for nothing before.
 */
export async function checkFlags({ evidence, trust, subtle, list }: VerificationInput): Promise<boolean> {
  const { blocks, openings } = evidence;
  const isRight = await list.run('transaction.validity', `blocks 0 to ${blocks.length - 1}`, async () => {
    const found = await audit(serialized(blocks), trust, subtle, { keepGoing: true, openings });
    assertAlike(found);
    const { valid, invalid } = found.counts;
    return { value: true, facts: { valid: `${valid}`, invalid: `${invalid}` } };
  });
  return isRight === true;
}

/** @throws Rejection as the audit found it; NotEvaluated where it could not judge a flag */
function assertAlike({ divergences, notEvaluated }: Audit): void {
  const [first] = divergences.filter(({ step }) => !OF_THE_FOLD.includes(step));
  if (first !== undefined) {
    const { block, index, reason, facts } = first;
    throw new Rejection(reason, {
      block: `${block}`,
      ...(index !== undefined && { index: `${index}` }),
      ...facts,
    });
  }
  const open = notEvaluated.find(({ step }) => step === 'transaction.validity');
  evaluableIf(open === undefined, open?.reason ?? 'NOT_GIVEN', open?.first.facts);
}

async function* serialized(blocks: readonly FlaggedBlock[]): AsyncGenerator<Uint8Array> {
  for (const block of blocks) yield await Promise.resolve(blockBytes(block));
}

/** A common.Block with the two metadata that a file keeps. */
function blockBytes({ number, previousHash, dataHash, data, signatures, flags }: FlaggedBlock): Uint8Array {
  const metadata: Uint8Array[] = [new Uint8Array(), new Uint8Array(), new Uint8Array()];
  metadata[METADATA.signatures] = signatures;
  metadata[METADATA.flags] = flags;
  const header = concatBytes(
    ...(number === 0n ? [] : [Uint8Array.from([0x08, ...varint(Number(number))])]),
    ...(previousHash.length === 0 ? [] : [frame(2, previousHash)]),
    frame(3, dataHash),
  );
  const lists = [data, metadata].map((each) => concatBytes(...each.map((item) => frame(1, item))));
  return concatBytes(frame(1, header), ...lists.map((each, index) => frame(index + 2, each)));
}
