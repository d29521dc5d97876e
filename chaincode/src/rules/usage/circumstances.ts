import {
  heldAs,
  id,
  keys,
  odrl,
  type Claim,
  type Component,
  type Compromises,
  type Dataset,
  type Digest,
  type Event,
  type Fact,
  type Grant,
  type Holds,
  type Id,
  type Instant,
  type Participant,
  type Policy,
  type Space,
  type Usage,
  type Version,
} from '../../model/index.js';
import { currentClaim } from '../claims/in-force.js';
import { lineageOf } from '../grants/lineage.js';
import { providerUnder } from '../grants/parties.js';
import type { Ledger } from '../ledger.js';
import { dutiesOf } from '../../policy/index.js';
import { constraintsIn } from './attempt.js';
import { attestationsOf, type Attested } from './attested.js';
import { madeHow, standingOf, type Made, type Planned, type Standing } from './standing.js';

/** Everything a decision looks at but the quota slots, as it stands at the answer's own time. */
export interface Circumstances {
  readonly at: Instant;
  /** Key that signed what is decided on: the request, or the wish for another lease. */
  readonly signedBy: Digest;
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
  /** Keys of the consumer's organisation that others may hold. */
  readonly compromises: Compromises | undefined;
  readonly holds: readonly (Holds | undefined)[];
  readonly attestations: readonly Attested[];
  /** Those that the policy names, where they have been declared. */
  readonly events: readonly Event[];
  /** How the version was made, where the policy asks for it. */
  readonly transformation: Made | undefined;
  /** How the duties of each grant in the lineage stand. */
  readonly standings: readonly Standing[];
}

/** What is decided, when, and on whose signature. */
export interface Occasion {
  readonly usage: Usage;
  /** The custodian that answers, and the component it answers with. */
  readonly custodian: Id<'participant'>;
  readonly component: Id<'component'>;
  readonly signedBy: Digest;
  readonly at: Instant;
}

/** The grant a use is made under. */
export function grantOf({ lineage: [grant] }: Circumstances): Grant {
  if (!grant) throw new Error('a lineage holds at least the grant itself');
  return grant;
}

/** Facts are read at once and answered in any order; peers must write them in one. */
export const inOrder = (facts: readonly Fact[]): Fact[] =>
  [...facts].sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));

/**
 * Read them in two rounds after the usage itself; 14 keys for a plain grant: space, usage, grant, version, dataset,
 * both participants, both components, claim, the consumer's compromised keys, and the holds on dataset, claim and grant. Each transfer of the claim
 * and each ancestor of the grant adds its own, and so does each attestation, event and duty that there is to look at. The
 * slots (at most 2) are read only when all else permits.
 */
export async function circumstancesOf(ledger: Ledger, occasion: Occasion): Promise<Circumstances> {
  const { usage, at } = occasion;
  const [space, grant, version, dataset, consumer, custodian, consumerComponent, providerComponent, stated] =
    await Promise.all([
      ledger.need(keys.space()),
      ledger.need(keys.grant(usage.grant)),
      ledger.need(keys.version(usage.version)),
      ledger.need(keys.dataset(usage.dataset)),
      ledger.need(keys.participant(usage.consumer)),
      ledger.need(keys.participant(occasion.custodian)),
      ledger.need(keys.component(usage.component)),
      ledger.need(keys.component(occasion.component)),
      attestationsOf(ledger, usage.attestations),
    ]);
  const [claim, lineage] = await Promise.all([currentClaim(ledger, grant.claim), lineageOf(ledger, grant)]);
  const subjects = [dataset.id, heldAs(claim), ...lineage.map(({ id }) => id)];
  const others = new Set(lineage.map((each) => providerUnder(each, claim)));
  others.delete(custodian.id);
  const [compromises, holds, providers, asked] = await Promise.all([
    ledger.get(keys.compromises(consumer.mspId)),
    Promise.all(subjects.map((subject) => ledger.get(keys.holds(subject)))),
    Promise.all([...others].map((provider) => ledger.need(keys.participant(provider)))),
    askedBy(ledger, lineage, version.id, at),
  ]);
  return {
    at,
    signedBy: occasion.signedBy,
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
    compromises,
    holds,
    attestations: stated,
    ...asked,
  };
}

/** What the policies of the lineage ask for, and nothing else: a policy that asks for nothing costs no read. */
async function askedBy(
  ledger: Ledger,
  lineage: readonly Grant[],
  version: Id<'version'>,
  at: Instant,
): Promise<Pick<Circumstances, 'events' | 'transformation' | 'standings'>> {
  const planned = lineage.map((grant) => ({ grant, plans: dutiesOf(grant.terms.enforced) }));
  const made = planned.some(asksHowMade) ? madeHow(ledger, version, at) : Promise.resolve(undefined);
  const [events, transformation, standings] = await Promise.all([
    Promise.all(eventsIn(lineage[0]?.terms.enforced).map((event) => ledger.get(keys.event(event)))),
    made,
    Promise.all(planned.map((each) => standingOf(ledger, each, made, at))),
  ]);
  return { events: events.filter((event) => event !== undefined), transformation, standings };
}

const asksHowMade = ({ grant, plans }: Planned): boolean =>
  plans.some(({ kind }) => kind === 'TRANSFORMATION') ||
  constraintsIn(grant.terms.enforced).some(({ leftOperand }) => leftOperand === 'ids:artifactState');

const eventId = id('event');

/** Ids of the events a policy names, each once. */
function eventsIn(policy: Policy | undefined): readonly Id<'event'>[] {
  const named = constraintsIn(policy)
    .filter(({ leftOperand }) => leftOperand === 'event')
    .flatMap(odrl.valuesOf)
    .flatMap((value) => eventId.safeParse(odrl.lexicalOf(value)).data ?? []);
  return [...new Set(named)];
}
