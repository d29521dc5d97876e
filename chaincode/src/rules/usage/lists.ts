import { keys, listKey, type Id, type Usage } from '../../model/index.js';
import { lineageOf } from '../grants/lineage.js';
import { actingProvider } from '../grants/parties.js';
import { Overlay, type Reader } from '../ledger.js';

/**
 * Keys of the lists that usages fall into when they are asked for: each one's dataset, the grants of its lineage, and its participants,
 * which are consumer, custodian and whoever stands behind each of those grants; in this order, ids sorted.
 * @param read state that holds them already
 */
export async function listsOf(
  usages: readonly Usage[],
  read: Reader,
): Promise<readonly { readonly usage: Id<'usage'>; readonly lists: readonly string[] }[]> {
  const ledger = new Overlay(read, { openings: new Map() });
  const made = [];
  for (const usage of usages) {
    const lineage = await lineageOf(ledger, await ledger.need(keys.grant(usage.grant)));
    const providers = await Promise.all(lineage.map((grant) => actingProvider(ledger, grant)));
    const lists = [
      listKey('dataset', usage.dataset),
      ...sorted(lineage.map(({ id }) => id)).map((id) => listKey('grant', id)),
      ...sorted([usage.consumer, usage.custodian, ...providers]).map((id) => listKey('participant', id)),
    ];
    made.push({ usage: usage.id, lists });
  }
  return made;
}

/** Each once, in the order of their text. */
const sorted = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort();
