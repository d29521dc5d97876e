import { refuseUnless, type Claim, type Id } from '../../model/index.js';

const MAJORITY_PPM = 500_000;

type Shared = Pick<Claim, 'holders' | 'shareRule' | 'origin' | 'rights'>;

export const isHolder = ({ holders }: Pick<Claim, 'holders'>, who: Id<'participant'>): boolean =>
  holders.some(({ participant }) => participant === who);

/** GRANT: let others use the data. DISPOSE: transfer the whole claim, or give it up. */
export type Act = 'GRANT' | 'DISPOSE';

/**
 * True when those who consent may do so. Several holders may each grant by themselves; none of them disposes of what the others hold,
 * however small or large their shares.
 */
export function isAgreed(claim: Shared, consents: readonly Id<'participant'>[], act: Act): boolean {
  const consenting = claim.holders.filter(({ participant }) => consents.includes(participant));
  // Where no contract says who may market fused data, all must agree, whatever the claim says of itself.
  const isSilent = claim.origin === 'FUSION_SILENT' && claim.rights.includes('OPERATE');
  switch (isSilent ? 'JOINT' : claim.shareRule) {
    case 'JOINT':
      return consenting.length === claim.holders.length;
    case 'MAJORITY':
      return consenting.reduce((sum, { share }) => sum + share, 0) > MAJORITY_PPM;
    case 'SEVERAL':
      return act === 'GRANT' ? consenting.length > 0 : consenting.length === claim.holders.length;
  }
}

export function refuseUnagreed(claim: Shared, consents: readonly Id<'participant'>[], act: Act): void {
  const missing = claim.holders
    .map(({ participant }) => participant)
    .filter((participant) => !consents.includes(participant));
  refuseUnless(isAgreed(claim, consents, act), 'CONSENT_MISSING', { shareRule: claim.shareRule, missing });
}

export function refuseStranger(claim: Pick<Claim, 'id' | 'holders'>, who: Id<'participant'>): void {
  refuseUnless(isHolder(claim, who), 'NOT_HOLDER', { claimId: claim.id });
}
