import {
  keys,
  type Attestation,
  type Claim,
  type Component,
  type Dataset,
  type Grant,
  type Id,
  type Instant,
  type odrl,
  type Usage,
} from '../../model/index.js';
import { isApplicationOf, isUsable, sourceOf } from '../attestations/trust.js';
import { providerUnder } from '../grants/parties.js';
import type { Ledger } from '../ledger.js';

/** A statement that a request names, with the component that made it, as it stands now. */
export interface Attested {
  readonly attestation: Attestation;
  readonly component: Component;
}

/** Who may speak on which use, and when. */
interface Hearing {
  readonly at: Instant;
  readonly usage: Usage;
  readonly dataset: Dataset;
  /** The grant the use is made under comes first. */
  readonly lineage: readonly Grant[];
  readonly claim: Claim;
  readonly attestations: readonly Attested[];
}

/** The statements a request names. One that does not exist says nothing; the request was committed all the same. */
export async function attestationsOf(
  ledger: Ledger,
  named: readonly Id<'attestation'>[] = [],
): Promise<readonly Attested[]> {
  const attested = await Promise.all(
    named.map(async (id) => {
      const attestation = await ledger.get(keys.attestation(id));
      if (attestation === undefined) return [];
      return [{ attestation, component: await ledger.need(keys.component(attestation.component)) }];
    }),
  );
  return attested.flat();
}

/** The facts in them that may be trusted at the time of the decision. */
export function attestedIn(hearing: Hearing): readonly odrl.Known[] {
  return hearing.attestations
    .filter((attested) => isTrusted(attested, hearing))
    .flatMap(({ attestation, component }) =>
      attestation.facts
        .filter((fact) => isOfSide(attestation, fact.operand, hearing))
        .filter((fact) => isApplicationOf(component, fact))
        .map((fact) => ({ ...fact, source: keys.attestation(attestation.id).text })),
    );
}

/** Made for this grant, not withdrawn, still valid, and by a component that still is what it was when it signed. */
function isTrusted({ attestation, component }: Attested, { usage, at }: Hearing): boolean {
  const { state, grant, validUntil, signedBy, by } = attestation;
  const isLive = state === 'MADE' && grant === usage.grant && at < validUntil;
  return isLive && isUsable(component, at) && component.owner === by && component.keys.includes(signedBy);
}

/**
 * Each side speaks of what lies with it: nobody states that the other has been paid, or what the other runs. The provider's side is that of
 * the root: who hands the data on is the debtor there.
 */
function isOfSide(
  { by }: Attestation,
  operand: string,
  { usage, dataset, lineage, claim }: Hearing,
): boolean {
  const root = lineage.at(-1);
  const provider = root && providerUnder(root, claim);
  const isProvider = by === dataset.custodian || by === provider;
  const source = sourceOf(operand);
  return (source === 'CONSUMER' && by === usage.consumer) || (source === 'PROVIDER' && isProvider);
}
