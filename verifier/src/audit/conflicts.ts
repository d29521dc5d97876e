import type { NamespaceSet, Read } from '../fabric/rwset.js';
import { hashedReads } from './committed-sets.js';
import { isSameVersion, spaceOf, type BlockState, type Version } from './world-state.js';

/** A key that did not stand as it was read, by the time the transaction's turn came. */
export interface Conflict {
  readonly key: string;
  readonly read: string;
  readonly found: string;
}

/**
 * The first read that does not hold any more: the key was written by an earlier block since, or by an earlier valid transaction of this
 * one (fabric:core/ledger/kvledger/txmgmt/validation/validator.go).
 */
export function conflictOf(namespaces: readonly NamespaceSet[], state: BlockState): Conflict | undefined {
  for (const set of namespaces) {
    const conflict =
      conflictIn(spaceOf(set.namespace), set.reads, state) ??
      set.collections
        .map((each) => conflictIn(spaceOf(set.namespace, each.name), hashedReads(each), state))
        .find((each) => each !== undefined);
    if (conflict) return conflict;
  }
  return undefined;
}

function conflictIn(space: string, reads: readonly Read[], state: BlockState): Conflict | undefined {
  for (const { key, version } of reads) {
    const read = version ? { block: Number(version.block), index: version.index } : undefined;
    const found = state.get(space, key)?.version;
    if (state.isWritten(space, key) || !isSameVersion(read, found))
      return { key, read: nameOf(read), found: nameOf(found) };
  }
  return undefined;
}

const nameOf = (version: Version | undefined): string =>
  version ? `${version.block}/${version.index}` : 'nothing';
