import type { MetadataWrite, NamespaceSet, Write } from '../fabric/rwset.js';
import { spaceOf, type Entry, type Snapshot, type Update, type Version } from './world-state.js';

const POLICY = 'VALIDATION_PARAMETER';

/**
 * What a valid transaction does to the state. Metadata alone renews the version of a key that exists and does nothing to one that does
 * not; a put keeps the metadata of its key, a delete ends it (fabric:core/ledger/kvledger/txmgmt/validation/tx_ops.go).
 */
export function updatesOf(namespaces: readonly NamespaceSet[], version: Version, state: Snapshot): Update[] {
  return namespaces.flatMap((set) => [
    ...updatesIn(spaceOf(set.namespace), set, version, state),
    ...set.collections.flatMap((each) => updatesIn(spaceOf(set.namespace, each.name), each, version, state)),
  ]);
}

interface Written {
  readonly writes: readonly Write[];
  readonly metadataWrites: readonly MetadataWrite[];
}

function updatesIn(
  space: string,
  { writes, metadataWrites }: Written,
  version: Version,
  state: Snapshot,
): Update[] {
  const policies = new Map(metadataWrites.map((each) => [each.key, policyIn(each)]));
  const put = ({ key, value }: Write): Update => {
    const policy = policies.has(key) ? policies.get(key) : state.get(space, key)?.policy;
    return { space, key, entry: value ? entryOf(version, new Uint8Array(value), policy) : undefined };
  };
  const written = new Set(writes.map(({ key }) => key));
  const renewed = [...policies].flatMap(([key, policy]): Update[] => {
    const known = written.has(key) ? undefined : state.get(space, key);
    return known ? [{ space, key, entry: entryOf(version, known.value, policy) }] : [];
  });
  return [...writes.map(put), ...renewed];
}

function policyIn({ entries }: MetadataWrite): Uint8Array | undefined {
  const found = entries.find(({ name }) => name === POLICY);
  return found && new Uint8Array(found.value);
}

const entryOf = (version: Version, value: Uint8Array, policy: Uint8Array | undefined): Entry => ({
  version,
  value,
  ...(policy && policy.length > 0 && { policy }),
});
