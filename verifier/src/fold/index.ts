export { editionIn, EditionUnknown, NOTHING_IN_FORCE, type InForce } from './edition.js';
export { foldBlock } from './fold-block.js';
export { foldTransaction, type Placed } from './fold-transaction.js';
export {
  DIFFERENCES,
  type Difference,
  type DifferenceReason,
  type FoldedBlock,
  type FoldedCall,
  type FoldedTransaction,
  type FoldSettings,
  type LedgerEnvelopes,
  type Listed,
} from './folded.js';
export { MemoryTrees, type MemoryTreesOptions, type PlantedTrees } from './memory-trees.js';
export { plantBlock, type LedgerName } from './plant.js';
export { reassess } from './run.js';
export { EMPTY_STATE, StateOverlay, type EffectiveState } from './state.js';
export type { TreeStore } from './trees.js';
