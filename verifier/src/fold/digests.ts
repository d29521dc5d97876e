import { digestOf, type WriteDigest } from '@tallystick/chaincode/model';

const known = new WeakMap<ReadonlyMap<string, string>, readonly WriteDigest[]>();

/** Digests of effective writes, in the same order. Made once for the same writes: the leaf wants them, and the map. */
export function digestsOf(writes: ReadonlyMap<string, string>): readonly WriteDigest[] {
  const digests = known.get(writes) ?? [...writes].map(([key, text]) => [key, digestOf(text)] as const);
  known.set(writes, digests);
  return digests;
}
