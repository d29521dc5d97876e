import {
  isWithin,
  type Classification,
  type Component,
  type ComponentProfile,
  type DenialCode,
  type Participant,
  type Usage,
} from '../../model/index.js';
import { isInForce } from '../claims/in-force.js';
import { isHeld } from '../holds/index.js';
import { isCovered } from '../policy/actions.js';
import { policyEngine } from '../policy/engine.js';
import { rankOf } from '../policy/operands.js';
import type { Circumstances } from './circumstances.js';

/** One question of the gate, and what is said when the answer is no. */
interface Check {
  readonly name: string;
  denial(circumstances: Circumstances): DenialCode | undefined;
}

const unless = (condition: boolean, denial: DenialCode): DenialCode | undefined =>
  condition ? undefined : denial;

const isCertified = ({ certification }: Participant, at: string): boolean =>
  certification !== undefined && at < certification.validUntil;

const isUsable = ({ state, validUntil }: Component, at: string): boolean =>
  state === 'CERTIFIED' && at < validUntil;

/** In order; the first denial decides (design of the ledger, "Decision at usage:Answer"). */
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
    denial: ({ consumerComponent, usage, at }) =>
      unless(
        isUsable(consumerComponent, at) && consumerComponent.keys.includes(usage.signedBy),
        'CONSUMER_COMPONENT',
      ),
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
  const isAtHome = usage.territory === 'CN' || usage.territory.startsWith('CN-');
  const isOpen = grade === 'IMPORTANT' && status !== 'SUSPECTED';
  return isOpen && version.delivery.mode !== 'SEALED' && isSafe && isAtHome;
}

/** The profile that the grade, the level and the persons in the data ask of the components it moves between. */
function leastProfile({ grade, level, personalData }: Classification): ComponentProfile {
  if (grade !== 'GENERAL' || level === 'L3') return 'TRUST_PLUS';
  return level === 'L2' || personalData ? 'TRUST' : 'BASE';
}

export interface Verdict {
  /** `undefined` when everything but the quota permits the use. */
  readonly denial: DenialCode | undefined;
  /** Report on each rule of the policy; empty when the decision fell before it was asked. */
  readonly policy: NonNullable<Usage['answer']>['policy'];
}

/** The whole decision but for the quota. Pure: whoever has the circumstances comes to the same verdict. */
export function verdictOn(circumstances: Circumstances): Verdict {
  for (const check of CHECKS) {
    const code = check.denial(circumstances);
    if (code !== undefined) return { denial: code, policy: [] };
  }
  const { lineage, usage, consumerComponent, at } = circumstances;
  const [grant] = lineage;
  if (!grant) throw new Error('a lineage holds at least the grant itself');
  const { action, purpose, territory, consumer: recipient } = usage;
  const { profile, assurance } = consumerComponent;
  const world = { at, action, purpose, territory, recipient, profile, assurance };
  const { denial, rules: policy } = policyEngine.evaluate(grant.terms.enforced, world);
  return { denial, policy };
}
