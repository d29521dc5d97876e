import { editionsDigest } from '@tallystick/chaincode/rules';
import { foldTransaction } from './fold-transaction.js';
import type { FoldedBlock, FoldedTransaction, FoldSettings, LedgerEnvelopes } from './folded.js';
import type { StateOverlay } from './state.js';

const VALID = 0;

/**
 * Runs the rules over every transaction of a block, each over the state that the one before left, and lays what takes effect over the
 * state. Whatever bytes come in, it ends with a verdict for each of them.
 * Nobody validates a genesis block: peers flag it as valid, orderers not at all, and everybody counts it as valid.
 * @throws RangeError unless there is a code for each envelope; EditionUnknown; and whatever the state throws
 */
export async function foldBlock(
  { number, hash, envelopes, codes }: LedgerEnvelopes,
  state: StateOverlay,
  settings: FoldSettings,
): Promise<FoldedBlock> {
  if (number > 0 && codes.length !== envelopes.length)
    throw new RangeError(`${codes.length} codes for ${envelopes.length} transactions`);
  const transactions: FoldedTransaction[] = [];
  for (const [index, envelope] of envelopes.entries()) {
    const code = number === 0 ? VALID : (codes[index] ?? VALID);
    const folded = await foldTransaction({ block: number, index, envelope, code }, state, settings);
    state.apply(folded);
    transactions.push(folded);
  }
  const editions = editionsDigest(state.inForce().decided, settings.editions);
  return { number, hash, transactions, editions };
}
