// Fabric sorts keys and namespaces as byte strings (Go's string order). JavaScript compares UTF-16 units, which differs
// as soon as a surrogate pair meets U+E000..U+FFFF; a wrong order changes read-write sets and the commit hash.
const SURROGATE = /[\ud800-\udfff]/;

/** Compares two strings by their UTF-8 bytes. */
export function compareUtf8(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The entries of a map in byte order of their keys. */
export function sortedEntries<V>(map: ReadonlyMap<string, V>): [string, V][] {
  return [...map].sort(([a], [b]) => compareUtf8(a, b));
}
