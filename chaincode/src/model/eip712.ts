import { encode } from './canonical.js';
import { digestOf, type Digest } from './digest.js';
import type { ClaimBody } from './records/index.js';

/**
 * What an owner signs over a claim (EIP-712), in the form of `eth_signTypedData_v4`, which wallets take: the domain's own type stands among
 * the types, else a wallet takes it to have no members and signs another hash. ethers' `signTypedData` adds it by itself, and takes
 * `types` without it. The domain names neither chain nor channel: the signature stands by itself, outlives a certificate authority and
 * a channel migration, and means the same wherever it is checked.
 */
export interface ClaimTypedData {
  readonly domain: { readonly name: string; readonly version: string };
  readonly primaryType: 'RightsClaim';
  readonly types: { EIP712Domain: TypedField[]; RightsClaim: TypedField[] };
  readonly message: Readonly<Record<string, string | string[]>>;
}

export interface TypedField {
  name: string;
  type: 'string' | 'string[]' | 'bytes32';
}

const field = (name: string, type: TypedField['type']): TypedField => ({ name, type });

/**
 * Typed data of a claim.
 *
 * @param nonce The nonce of the request that asserts the claim: one signature serves one request.
 * @param contentDigest Digest in the commitment of the dataset's first version.
 * @param claim The claim; an owner signature in it is left out of what is signed.
 */
export function claimTypedData(nonce: string, contentDigest: Digest, claim: ClaimBody): ClaimTypedData {
  const { ownerSignature: _ownerSignature, ...body } = claim;
  return {
    domain: { name: 'Tallystick', version: '1' },
    primaryType: 'RightsClaim',
    types: {
      EIP712Domain: [field('name', 'string'), field('version', 'string')],
      RightsClaim: [
        field('nonce', 'string'),
        field('rights', 'string[]'),
        field('shareRule', 'string'),
        field('origin', 'string'),
        field('termFrom', 'string'),
        field('termUntil', 'string'),
        field('contentDigest', 'bytes32'),
        field('claimDigest', 'bytes32'),
      ],
    },
    message: {
      nonce,
      rights: [...claim.rights],
      shareRule: claim.shareRule,
      origin: claim.origin,
      termFrom: claim.term.from,
      termUntil: claim.term.until,
      contentDigest: bytes32(contentDigest),
      // Binds what a wallet does not show: holders with their shares, territory and evidence.
      claimDigest: bytes32(digestOf(encode(body))),
    },
  };
}

const bytes32 = (digest: Digest): string => `0x${digest.slice('sha256:'.length)}`;
