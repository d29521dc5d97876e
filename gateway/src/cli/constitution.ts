import { digestOfHash, keys } from '@tallystick/chaincode/model';
import { EMPTY_STATE, foldBlock, StateOverlay } from '@tallystick/verifier/fold';
import type { EvidenceSource } from '../ledger/evidence-source.js';
import { headerHash } from '@tallystick/network/wire';
import type { RawBlock } from '../ledger/raw-block.js';

/**
 * Id of the transaction that first wrote the space, by the rules: folds the ledger from block 0 up to it. `undefined` where the space is not
 * constituted. Throws LedgerError, ChainBroken.
 */
export async function constitutionOn(
  source: Pick<EvidenceSource, 'block' | 'height'>,
  chaincode: string,
): Promise<string | undefined> {
  const { text } = keys.space();
  const state = new StateOverlay(EMPTY_STATE);
  const height = await source.height();
  for (let number = 0n; number <= height; number += 1n) {
    const { transactions } = await foldBlock(envelopesOf(await source.block(number)), state, { chaincode });
    const found = transactions.find(({ writes }) => writes.has(text));
    if (found !== undefined) return found.leaf.txId;
  }
  return undefined;
}

const envelopesOf = (block: RawBlock): Parameters<typeof foldBlock>[0] => ({
  number: Number(block.number),
  hash: digestOfHash(headerHash(block)),
  envelopes: block.data,
  codes: block.flags,
});
