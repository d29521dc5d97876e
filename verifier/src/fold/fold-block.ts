import { foldTransaction } from './fold-transaction.js';
import type { FoldedBlock, FoldedTransaction, FoldSettings, LedgerEnvelopes } from './folded.js';
import type { StateOverlay } from './state.js';

/** peer.TxValidationCode NOT_VALIDATED: what Fabric gives a genesis block, which nobody validates. */
const NOT_VALIDATED = 254;

/**
 * Runs the rules over every transaction of a block, each over the state that the one before left, and lays what takes effect over the
 * state. Whatever bytes come in, it ends with a verdict for each of them.
 * @throws RangeError unless there is a code for each envelope; and whatever the state throws
 */
export async function foldBlock(
  { number, hash, envelopes, codes }: LedgerEnvelopes,
  state: StateOverlay,
  settings: FoldSettings,
): Promise<FoldedBlock> {
  if (codes.length !== envelopes.length && !(number === 0 && codes.length === 0))
    throw new RangeError(`${codes.length} codes for ${envelopes.length} transactions`);
  const transactions: FoldedTransaction[] = [];
  for (const [index, envelope] of envelopes.entries()) {
    const code = codes[index] ?? NOT_VALIDATED;
    const folded = await foldTransaction({ block: number, index, envelope, code }, state, settings);
    state.apply(folded);
    transactions.push(folded);
  }
  return { number, hash, transactions };
}
