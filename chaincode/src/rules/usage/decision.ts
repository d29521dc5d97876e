import {
  isWithin,
  type Classification,
  type ComponentProfile,
  type DenialCode,
  type Judgement,
  type Participant,
  type PolicyWorld,
} from '../../model/index.js';
import { isInForce } from '../claims/in-force.js';
import { isCompromised } from '../compromises/index.js';
import { isHeld } from '../holds/index.js';
import { isUsable } from '../attestations/trust.js';
import { coversTerritory, isCovered, rankOf, territoryIn } from '../../policy/index.js';
import type { Circumstances } from './circumstances.js';
import { wantingIn } from './standing.js';
import { judge } from './judgement.js';

/** One question of the gate, and what is said when the answer is no. */
interface Check {
  readonly name: string;
  denial(circumstances: Circumstances): DenialCode | undefined;
}

const unless = (condition: boolean, denial: DenialCode): DenialCode | undefined =>
  condition ? undefined : denial;

const isCertified = ({ certification }: Participant, at: string): boolean =>
  certification !== undefined && at < certification.validUntil;

/** In order; the first denial decides. */
export const CHECKS: readonly Check[] = [
  { name: 'space', denial: ({ space }) => unless(space.paused === undefined, 'SPACE_PAUSED') },
  {
    name: 'consumer is active',
    denial: ({ consumer }) => unless(consumer.state === 'ACTIVE', 'CONSUMER_NOT_ACTIVE'),
  },
  {
    name: 'consumer is certified',
    denial: ({ consumer, at }) => unless(isCertified(consumer, at), 'CONSUMER_NOT_CERTIFIED'),
  },
  {
    name: 'providers are active',
    denial: ({ providers }) =>
      unless(
        providers.every(({ state }) => state === 'ACTIVE'),
        'PROVIDER_NOT_ACTIVE',
      ),
  },
  {
    name: 'providers are certified',
    denial: ({ providers, at }) =>
      unless(
        providers.every((provider) => isCertified(provider, at)),
        'PROVIDER_NOT_CERTIFIED',
      ),
  },
  {
    name: 'consumer component',
    // Re-keyed since the request: whoever signed it may not be the component any more.
    denial: ({ consumerComponent, signedBy, at }) =>
      unless(
        isUsable(consumerComponent, at) && consumerComponent.keys.includes(signedBy),
        'CONSUMER_COMPONENT',
      ),
  },
  {
    name: 'key of the request',
    // Declared since the request: whoever has the key may have made it, and would open what is released.
    denial: ({ compromises, usage, signedBy }) =>
      unless(!isCompromised(compromises, usage.consumer, signedBy), 'KEY_COMPROMISED'),
  },
  {
    name: 'provider component',
    denial: ({ providerComponent, at }) => unless(isUsable(providerComponent, at), 'PROVIDER_COMPONENT'),
  },
  {
    name: 'claim',
    denial: ({ claim, space, at }) => unless(isInForce(claim, space, at), 'CLAIM_NOT_IN_FORCE'),
  },
  {
    name: 'rights',
    denial: ({ lineage, usage }) =>
      unless(
        lineage.every(({ rightsUsed }) => isCovered(usage.action, rightsUsed)),
        'RIGHT_NOT_COVERED',
      ),
  },
  {
    name: 'holds',
    denial: ({ holds, at }) => unless(!holds.some((record) => isHeld(record, 'NO_USE', at)), 'HOLD'),
  },
  {
    name: 'grants are active',
    denial: ({ lineage }) =>
      unless(
        lineage.every(({ state }) => state === 'ACTIVE'),
        'GRANT_NOT_ACTIVE',
      ),
  },
  {
    name: 'grants are in term',
    denial: ({ lineage, at }) =>
      unless(
        lineage.every(({ terms }) => isWithin(at, terms.term)),
        'GRANT_TERM',
      ),
  },
  {
    name: 'classification',
    denial: (circumstances) => unless(isDeliverable(circumstances), 'CLASSIFICATION'),
  },
];

/**
 * Core data and data suspected to be important are not delivered; important data is neither put into the content
 * store nor sent abroad. Both components have at least the profile that the data needs.
 */
function isDeliverable(circumstances: Circumstances): boolean {
  const { dataset, version, usage, consumerComponent, providerComponent } = circumstances;
  const { grade, status } = dataset.classification;
  const least = rankOf(leastProfile(dataset.classification));
  const isSafe = [consumerComponent, providerComponent].every(({ profile }) => rankOf(profile) >= least);
  if (grade === 'GENERAL') return isSafe;
  const isAtHome = coversTerritory('CN', territoryIn(usage.territory) ?? '');
  const isOpen = grade === 'IMPORTANT' && status !== 'SUSPECTED';
  return isOpen && version.delivery.mode !== 'SEALED' && isSafe && isAtHome;
}

/** The profile that the grade, the level and the persons in the data ask of the components it moves between. */
function leastProfile({ grade, level, personalData }: Classification): ComponentProfile {
  if (grade !== 'GENERAL' || level === 'L3') return 'TRUST_PLUS';
  return level === 'L2' || personalData ? 'TRUST' : 'BASE';
}

/** What hangs on the records of the grants and not on one attempt, asked when the policy permits the use. */
function denialByDuties({ standings, usage }: Circumstances, world: PolicyWorld): DenialCode | undefined {
  // A sub-grant’s policy is within its parent’s, but what was to be done first is done under the parent.
  const [, ...ancestors] = standings;
  const wanting = ancestors.flatMap((standing) => wantingIn(standing, usage, world));
  if (wanting.some(({ plan }) => plan.kind === 'CONSENT')) return 'CONSENT';
  return (
    unless(wanting.length === 0, 'DUTY') ?? unless(!standings.some(({ isBreached }) => isBreached), 'BREACH')
  );
}

export interface Verdict {
  /** `undefined` when everything permits the use. `QUOTA` stands only with the proof of the slots. */
  readonly denial: DenialCode | undefined;
  /** How the policy was judged; absent when the decision fell before it was asked. */
  readonly policy?: Judgement;
  /** JSON pointers of the permissions that carry the use. */
  readonly permissions: readonly string[];
}

/**
 * The whole decision but for the proof of a quota; the slot is the one the use would take. Pure: whoever has the
 * circumstances comes to the same verdict.
 */
export function verdictOn(
  circumstances: Circumstances,
  slot: number | undefined,
  spend: (steps: number) => void,
): Verdict {
  const early = firstDenial(circumstances);
  if (early !== undefined) return { denial: early, permissions: [] };
  const judged = judge(circumstances, slot, spend);
  if (judged === undefined) return { denial: 'EFFORT', permissions: [] };
  const { denial, permissions, policy } = judged;
  if (denial !== undefined && denial !== 'QUOTA') return { denial, policy, permissions };
  return { denial: denialByDuties(circumstances, policy.world) ?? denial, policy, permissions };
}

function firstDenial(circumstances: Circumstances): DenialCode | undefined {
  for (const check of CHECKS) {
    const code = check.denial(circumstances);
    if (code !== undefined) return code;
  }
  return undefined;
}
