import { keys, kindOf, type Claim, type Grant, type Id, type Usage } from '../../model/index.js';
import { currentClaim } from '../claims/in-force.js';
import { lineageOf } from '../grants/lineage.js';
import type { Ledger } from '../ledger.js';

type Participant = Id<'participant'>;
type Subject = Id<'dataset' | 'version' | 'claim' | 'grant' | 'usage' | 'valuation'>;

/** Everybody whose matter a record is. Whoever is among them, or is of one's organisation, holds no office in it. */
export async function partiesOf(ledger: Ledger, subject: Subject): Promise<ReadonlySet<Participant>> {
  return new Set(await listed(ledger, subject));
}

async function listed(ledger: Ledger, subject: Subject): Promise<readonly Participant[]> {
  switch (kindOf(subject)) {
    case 'dataset':
      return ofDataset(ledger, subject as Id<'dataset'>);
    case 'version':
      return ofDataset(ledger, (await ledger.need(keys.version(subject as Id<'version'>))).dataset);
    case 'claim':
      return ofClaim(ledger, subject as Id<'claim'>);
    case 'grant':
      return ofGrant(ledger, await ledger.need(keys.grant(subject as Id<'grant'>)));
    case 'usage':
      return ofUsage(ledger, await ledger.need(keys.usage(subject as Id<'usage'>)));
    case 'valuation':
      return [(await ledger.need(keys.valuation(subject as Id<'valuation'>))).assessor];
  }
}

const holdersOf = ({ holders }: Claim): readonly Participant[] =>
  holders.map(({ participant }) => participant);

async function ofClaim(ledger: Ledger, id: Id<'claim'>): Promise<readonly Participant[]> {
  const claim = await ledger.get(keys.claim(id));
  if (claim === undefined) return [];
  const { transfer, successor } = claim;
  const current = successor === undefined ? claim : await currentClaim(ledger, id);
  return [...holdersOf(claim), ...holdersOf(current), ...(transfer === undefined ? [] : [transfer.to])];
}

async function ofDataset(ledger: Ledger, id: Id<'dataset'>): Promise<readonly Participant[]> {
  const { custodian, claim } = await ledger.need(keys.dataset(id));
  return [custodian, ...(await ofClaim(ledger, claim))];
}

/** The sides of the grant, those of the grants that it descends from, and who holds the claim they rest on. */
async function ofGrant(ledger: Ledger, grant: Grant): Promise<readonly Participant[]> {
  const [lineage, claim] = await Promise.all([lineageOf(ledger, grant), currentClaim(ledger, grant.claim)]);
  return [...lineage.flatMap(({ provider, consumer }) => [provider, consumer]), ...holdersOf(claim)];
}

async function ofUsage(
  ledger: Ledger,
  { grant, consumer, custodian, answer }: Usage,
): Promise<readonly Participant[]> {
  const answered = answer === undefined ? [] : [answer.provider];
  return [consumer, custodian, ...answered, ...(await ofGrant(ledger, await ledger.need(keys.grant(grant))))];
}
