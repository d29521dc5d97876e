import { keys, type Id } from '../../model/index.js';
import { write, type Ledger, type Write } from '../ledger.js';

/** Count a grant of the provider that opens (1) or ends (-1). No use touches the count. */
export async function countOpen(ledger: Ledger, provider: Id<'participant'>, change: 1 | -1): Promise<Write> {
  const before = (await ledger.get(keys.openGrants(provider)))?.count ?? 0;
  return write(keys.openGrants(provider), { provider, count: before + change });
}
