import { keys, type Grant, type Id, type TransferOffer } from '../../model/index.js';
import { currentClaim } from '../claims/in-force.js';
import { write, type Ledger, type Write } from '../ledger.js';
import { leavesDuties } from '../obligations/settlement.js';
import { providerUnder } from './parties.js';

/** Who owes the uses of a grant, and the claim they hang on; a sub-grant hangs on its parent, not on the claim. */
interface Obligation {
  readonly provider: Id<'participant'>;
  readonly claim?: Id<'claim'>;
}

/** Open grants more, or fewer, under one obligation. */
interface Change extends Obligation {
  readonly by: number;
}

/** The obligation under an open grant; `undefined` when the claim was transferred and took the grant's force with it. */
export async function obligationOf(ledger: Ledger, grant: Grant): Promise<Obligation | undefined> {
  if (grant.parent !== undefined) return { provider: grant.provider };
  const claim = await currentClaim(ledger, grant.claim);
  if (claim.state === 'TRANSFERRED') return undefined;
  return { provider: providerUnder(grant, claim), claim: claim.id };
}

/** Count grants that open (1) or end (-1). No use touches the counts. */
export async function countOpen(
  ledger: Ledger,
  ...changed: readonly (readonly [Grant, 1 | -1])[]
): Promise<readonly Write[]> {
  const changes = await Promise.all(
    changed.map(async ([grant, by]) => {
      const obligation = await obligationOf(ledger, grant);
      return obligation === undefined ? [] : [{ ...obligation, by }];
    }),
  );
  return recount(ledger, changes.flat());
}

/** What the holders owed under a claim is the new holder's to see through, or has ended. */
export async function passOn(
  ledger: Ledger,
  claim: Id<'claim'>,
  { to, grants }: TransferOffer,
  successor: Id<'claim'>,
): Promise<readonly Write[]> {
  const open = (await ledger.get(keys.claimGrants(claim)))?.open ?? [];
  const left = open.map(({ provider, count }) => ({ provider, claim, by: -count }));
  const taken = open.map(({ count }) => ({ provider: to, claim: successor, by: count }));
  return recount(ledger, grants === 'PASS' ? [...left, ...taken] : left);
}

/** A grant that takes the place of another changes no count, and so writes none. */
async function recount(ledger: Ledger, changes: readonly Change[]): Promise<readonly Write[]> {
  const claims = [...new Set(changes.flatMap(({ claim }) => claim ?? []))];
  const writes = await Promise.all([
    ...[...netOf(changes)].map((change) => ofProvider(ledger, ...change)),
    ...claims.map((claim) => underClaim(ledger, claim, changes)),
  ]);
  return writes.filter((changed) => changed !== undefined);
}

type Provider = Id<'participant'>;

/** The sum for each provider; those that come to nothing are left out. */
function netOf(changes: readonly Pick<Change, 'provider' | 'by'>[]): ReadonlyMap<Provider, number> {
  const sums = new Map<Provider, number>();
  for (const { provider, by } of changes) sums.set(provider, (sums.get(provider) ?? 0) + by);
  return new Map([...sums].filter(([, by]) => by !== 0));
}

async function ofProvider(ledger: Ledger, provider: Provider, by: number): Promise<Write> {
  const before = await ledger.get(keys.openGrants(provider));
  return write(keys.openGrants(provider), { ...before, provider, count: (before?.count ?? 0) + by });
}

/** One more grant under which its consumer may owe something beyond its end: nobody who does leaves the space. */
export async function countOwing(ledger: Ledger, { consumer, terms }: Grant): Promise<readonly Write[]> {
  if (!leavesDuties({ terms })) return [];
  const before = await ledger.get(keys.openGrants(consumer));
  const owing = (before?.owing ?? 0) + 1;
  return [write(keys.openGrants(consumer), { count: 0, ...before, provider: consumer, owing })];
}

async function underClaim(
  ledger: Ledger,
  claim: Id<'claim'>,
  changes: readonly Change[],
): Promise<Write | undefined> {
  const net = netOf(changes.filter((change) => change.claim === claim));
  if (net.size === 0) return undefined;
  const before = (await ledger.get(keys.claimGrants(claim)))?.open ?? [];
  const counts = [...before, ...[...net].map(([provider, count]) => ({ provider, count }))];
  const open = netOf(counts.map(({ provider, count }) => ({ provider, by: count })));
  return write(keys.claimGrants(claim), {
    claim,
    open: [...open].map(([provider, count]) => ({ provider, count })),
  });
}
