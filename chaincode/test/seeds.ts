import {
  deriveId,
  encodeRecord,
  type AnyRecord,
  type Id,
  type IdKind,
  type Key,
} from '@tallystick/chaincode/model';
import fc from 'fast-check';
import { arbitraryRecords } from './model/arbitraries.js';
import type { World } from './world.js';

/** An id nothing in particular stands behind, the same for the same words. */
export const someId = <K extends IdKind>(kind: K, name = 'one'): Id<K> =>
  deriveId(kind, { mspId: 'TestMSP' }, { name });

/**
 * Put a record on the ledger that rules tested elsewhere would have written. Members not given have arbitrary
 * values, the same in every run.
 */
export function seed<T extends AnyRecord>(world: World, key: Key<T>, members: Partial<T> = {}): void {
  const records = arbitraryRecords.get(key.type.kind);
  if (!records) throw new Error(`no arbitrary ${key.type.kind}`);
  const [value] = fc.sample(records, { numRuns: 1, seed: 1 });
  const record = { ...value, updatedAt: world.now, ...members } as unknown as T;
  world.state.set(key.text, encodeRecord(key.type, record));
}
