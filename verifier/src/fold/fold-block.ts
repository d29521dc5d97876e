import type { FoldedBlock, FoldSettings, LedgerEnvelopes } from './folded.js';
import type { StateOverlay } from './state.js';

/**
 * Runs the rules over every transaction of a block, each over the state that the one before left, and lays what takes effect over the
 * state. Whatever bytes come in, it ends with a verdict for each of them. @throws RangeError unless there is a code for each envelope
 */
export function foldBlock(
  _block: LedgerEnvelopes,
  _state: StateOverlay,
  _settings: FoldSettings,
): Promise<FoldedBlock> {
  return Promise.reject(new Error('not yet'));
}
