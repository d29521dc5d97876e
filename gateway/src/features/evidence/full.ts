import {
  digestOfHash,
  MAX_EVIDENCE_BYTES,
  type CheckpointBody,
  type EvidenceFlaggedBlock,
} from '@tallystick/chaincode/model';
import { headerHash } from '@tallystick/network/wire';
import type { EvidenceSource } from '../../ledger/evidence-source.js';
import type { RawBlock } from '../../ledger/raw-block.js';
import type { BytesWriter } from './bytes-writer.js';
import { EvidenceError } from './errors.js';
import { flaggedForm } from './forms.js';

/** Blocks in one file. */
const MOST_BLOCKS = 100_000;

/**
 * Every block up to the height, one after the other, each following from the one before it and the last the one that the checkpoint names.
 * Stops as soon as there is more than fits into a file.
 * @throws EvidenceError TOO_LARGE, NOT_AS_PROJECTED @throws LedgerError, ChainBroken
 */
export async function wholeLedger(
  source: Pick<EvidenceSource, 'block'>,
  { height, block: last }: CheckpointBody,
  writer: BytesWriter,
  signal?: AbortSignal,
): Promise<readonly EvidenceFlaggedBlock[]> {
  if (height >= MOST_BLOCKS) throw tooLarge(height);
  const blocks: EvidenceFlaggedBlock[] = [];
  let before: Uint8Array | undefined;
  let characters = 0;
  for (let number = 0; number <= height; number += 1) {
    signal?.throwIfAborted();
    const block = await source.block(BigInt(number));
    if (before !== undefined && !follows(block, before)) throw notAsProjected(number);
    before = headerHash(block);
    const form = flaggedForm(writer, block);
    characters += JSON.stringify(form).length;
    if (characters > MAX_EVIDENCE_BYTES) throw tooLarge(height);
    blocks.push(form);
  }
  if (before === undefined || digestOfHash(before) !== last) throw notAsProjected(height);
  return blocks;
}

const follows = ({ previousHash }: RawBlock, before: Uint8Array): boolean =>
  Buffer.from(previousHash).equals(before);

const tooLarge = (height: number): EvidenceError =>
  new EvidenceError('TOO_LARGE', `the ${height + 1} blocks do not fit into one file`);

const notAsProjected = (number: number): EvidenceError =>
  new EvidenceError('NOT_AS_PROJECTED', `block ${number} of the own peer is not the one that was folded`);
