import { keys, kindOf, type Id, type Key } from '../../model/index.js';
import type { Ledger } from '../ledger.js';

/** Kinds of record that a dispute, a valuation or a reference may be about. */
type SubjectKind = 'dataset' | 'version' | 'claim' | 'grant' | 'usage' | 'valuation';

const { dataset, version, claim, grant, usage, valuation } = keys;
const keyOf: { readonly [K in SubjectKind]: (id: Id<K>) => Key } = {
  dataset,
  version,
  claim,
  grant,
  usage,
  valuation,
};

/** Refuse with NOT_FOUND unless the ledger holds the record an id names. */
export async function needSubject(ledger: Ledger, id: Id<SubjectKind>): Promise<void> {
  const key = keyOf[kindOf(id)] as (id: Id) => Key;
  await ledger.need(key(id));
}
