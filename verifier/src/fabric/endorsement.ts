import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { Message } from '../bytes/protobuf.js';
import type { Signatures } from '../crypto/signature.js';
import { rejectUnless } from '../rejection.js';
import { distinct, type ChannelConfig, type Identity } from './identity.js';
import { sha256Hex, type ProposalParts } from './proposal.js';
import type { EndorsedResponse } from './response.js';

/** One peer's signature over a response (peer.Endorsement). */
export interface Endorsement {
  /** msp.SerializedIdentity, the bytes. */
  readonly endorser: Uint8Array;
  readonly signature: Uint8Array;
}

/** A proposal, what came of it and who signed that. */
export interface Endorsed extends ProposalParts, EndorsedResponse {
  /** peer.ProposalResponsePayload, the bytes that endorsers signed. */
  readonly responsePayload: Uint8Array;
  readonly endorsements: readonly Endorsement[];
}

/** @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD */
export function readEndorsement(bytes: Uint8Array): Endorsement {
  const endorsement = Message.read(bytes, { fields: [1, 2] });
  return { endorser: endorsement.bytes(1), signature: endorsement.bytes(2) };
}

/**
 * That what was endorsed is an answer to this very proposal (fabric:protoutil/txutils.go, GetProposalHash2).
 * @throws Rejection PROPOSAL_HASH_DIFFERS
 */
export function checkProposalHash(endorsed: ProposalParts & Pick<EndorsedResponse, 'proposalHash'>): void {
  const { channelHeader, signatureHeader, proposal, proposalHash } = endorsed;
  const isSame = sha256Hex(channelHeader, signatureHeader, proposal) === bytesToHex(proposalHash);
  rejectUnless(isSame, 'PROPOSAL_HASH_DIFFERS');
}

/** Far more than organisations endorse: a hostile transaction must not keep us busy. */
const MAX_ENDORSEMENTS = 256;

/**
 * Checks the proposal hash and every endorsement, and says who endorsed, each once. Fabric counts the good signatures and passes over the
 * others; here one that fails condemns the whole, since no honest gateway would have kept it. Nobody at all is refused, too.
 * @throws Rejection PROPOSAL_HASH_DIFFERS, POLICY_NOT_SATISFIED, TOO_LARGE, and those of `ChannelConfig.identify` and `Signatures.verifyCommitted`
 */
export async function checkEndorsements(
  endorsed: Endorsed,
  config: ChannelConfig,
  signatures: Signatures,
): Promise<Identity[]> {
  checkProposalHash(endorsed);
  const { length } = endorsed.endorsements;
  rejectUnless(length > 0, 'POLICY_NOT_SATISFIED', { endorsements: '0' });
  rejectUnless(length <= MAX_ENDORSEMENTS, 'TOO_LARGE', { endorsements: `${length}` });
  const identities = await Promise.all(
    endorsed.endorsements.map(async ({ endorser, signature }) => {
      const identity = await config.identify(endorser);
      await signatures.verifyCommitted(
        identity.certificate,
        concatBytes(endorsed.responsePayload, endorser),
        signature,
      );
      return identity;
    }),
  );
  return distinct(identities);
}
