import { keys, type Grant, type Unstamped } from '../../model/index.js';
import type { Ledger } from '../ledger.js';

/** The grant, and those it descends from, up to that of the claim's holder. */
export async function lineageOf(ledger: Ledger, grant: Grant): Promise<readonly Grant[]> {
  if (grant.parent === undefined) return [grant];
  return [grant, ...(await lineageOf(ledger, await ledger.need(keys.grant(grant.parent.grant))))];
}

/** The grants that a grant descends from, its parent first. */
export const ancestorsOf = async (
  ledger: Ledger,
  { parent }: Pick<Unstamped<Grant>, 'parent'>,
): Promise<readonly Grant[]> =>
  parent === undefined ? [] : lineageOf(ledger, await ledger.need(keys.grant(parent.grant)));
