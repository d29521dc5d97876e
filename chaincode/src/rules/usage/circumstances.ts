import {
  keys,
  type Claim,
  type Component,
  type Dataset,
  type Grant,
  type Holds,
  type Id,
  type Instant,
  type Participant,
  type Space,
  type Usage,
  type Version,
} from '../../model/index.js';
import type { Caller } from '../caller.js';
import { currentClaim } from '../claims/in-force.js';
import { providerUnder } from '../grants/parties.js';
import type { Ledger } from '../ledger.js';

/** Everything a decision looks at but the quota slots, as it stands at the answer's own time. */
export interface Circumstances {
  readonly at: Instant;
  readonly space: Space;
  readonly usage: Usage;
  readonly dataset: Dataset;
  readonly version: Version;
  /** The grant, then the one it descends from, up to that of the claim's holder. */
  readonly lineage: readonly Grant[];
  /** The claim the grant rests on, or its present successor. */
  readonly claim: Claim;
  readonly consumer: Participant;
  /** The custodian, and the provider of each grant in the lineage. */
  readonly providers: readonly Participant[];
  readonly consumerComponent: Component;
  readonly providerComponent: Component;
  readonly holds: readonly (Holds | undefined)[];
}

/**
 * Read them in two rounds after the usage itself; 13 keys for a plain grant: space, usage, grant, version, dataset,
 * both participants, both components, claim, and the holds on dataset, claim and grant. Each transfer of the claim
 * and each ancestor of the grant adds its own. The slots (at most 2) are read only when all else permits.
 */
export async function circumstancesOf(
  ledger: Ledger,
  usage: Usage,
  component: Id<'component'>,
  caller: Caller,
): Promise<Circumstances> {
  const [space, grant, version, dataset, consumer, custodian, consumerComponent, providerComponent] =
    await Promise.all([
      ledger.need(keys.space()),
      ledger.need(keys.grant(usage.grant)),
      ledger.need(keys.version(usage.version)),
      ledger.need(keys.dataset(usage.dataset)),
      ledger.need(keys.participant(usage.consumer)),
      ledger.need(keys.participant(caller.participant)),
      ledger.need(keys.component(usage.component)),
      ledger.need(keys.component(component)),
    ]);
  const [claim, lineage] = await Promise.all([currentClaim(ledger, grant.claim), lineageOf(ledger, grant)]);
  const subjects = new Set([dataset.id, grant.claim, claim.id, ...lineage.map(({ id }) => id)]);
  const others = new Set(lineage.map((each) => providerUnder(each, claim)));
  others.delete(custodian.id);
  const [holds, providers] = await Promise.all([
    Promise.all([...subjects].map((subject) => ledger.get(keys.holds(subject)))),
    Promise.all([...others].map((provider) => ledger.need(keys.participant(provider)))),
  ]);
  return {
    at: caller.time,
    space,
    usage,
    dataset,
    version,
    lineage,
    claim,
    consumer,
    providers: [custodian, ...providers],
    consumerComponent,
    providerComponent,
    holds,
  };
}

async function lineageOf(ledger: Ledger, grant: Grant): Promise<readonly Grant[]> {
  if (grant.parent === undefined) return [grant];
  return [grant, ...(await lineageOf(ledger, await ledger.need(keys.grant(grant.parent.grant))))];
}
