import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import {
  claimTypedData,
  keys,
  refuseUnless,
  type ClaimBody,
  type ClaimTypedData,
  type Digest,
} from '../../model/index.js';
import type { TypedField } from '../../model/eip712.js';
import type { Ledger } from '../ledger.js';

type Value = string | readonly string[];
type Struct = Readonly<Record<string, Value>>;

/** Digest that is signed: `keccak256(0x1901 || hashStruct(domain) || hashStruct(message))` (EIP-712). */
export function typedDataHash({ domain, primaryType, types, message }: ClaimTypedData): Uint8Array {
  return keccak_256(
    concatBytes(
      Uint8Array.of(0x19, 0x01),
      hashStruct('EIP712Domain', types.EIP712Domain, domain),
      hashStruct(primaryType, types[primaryType], message),
    ),
  );
}

function hashStruct(name: string, fields: readonly TypedField[], values: Struct): Uint8Array {
  const encoded = `${name}(${fields.map((field) => `${field.type} ${field.name}`).join(',')})`;
  const words = fields.map((field) => wordOf(field, values[field.name]));
  return keccak_256(concatBytes(keccak_256(utf8ToBytes(encoded)), ...words));
}

function wordOf({ name, type }: TypedField, value: Value | undefined): Uint8Array {
  if (type === 'string[]' && typeof value === 'object') {
    return keccak_256(concatBytes(...value.map((item) => keccak_256(utf8ToBytes(item)))));
  }
  if (type === 'string' && typeof value === 'string') return keccak_256(utf8ToBytes(value));
  if (type === 'bytes32' && typeof value === 'string') return hexToBytes(value.slice(2));
  throw new Error(`no value of type ${type} for ${name}`);
}

/** Which of two points is meant, by the v that wallets write: EIP-155 does not apply to messages, so no other values occur. */
const RECOVERY: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 1],
  [27, 0],
  [28, 1],
]);

/**
 * Address whose key made a signature (65 bytes: r, s, and v of 27 or 28, or as some hardware wallets write it, 0 or 1), lower case;
 * `undefined` when it is no signature at all. High s is refused: it would be a second signature of the same words. Contract wallets (ERC-1271)
 * cannot be checked off their chain and recover to some other address.
 */
export function recoverAddress(hash: Uint8Array, signature: string): string | undefined {
  const bytes = hexToBytes(signature.slice(2));
  const recovery = RECOVERY.get(bytes[64] ?? NaN);
  if (recovery === undefined) return undefined;
  try {
    const parsed = secp256k1.Signature.fromBytes(bytes.slice(0, 64), 'compact').addRecoveryBit(recovery);
    if (parsed.hasHighS()) return undefined;
    const point = parsed.recoverPublicKey(hash).toBytes(false);
    return `0x${bytesToHex(keccak_256(point.slice(1)).slice(12))}`;
  } catch {
    return undefined;
  }
}

/**
 * Refuse with OWNER_SIGNATURE_INVALID a claim whose signature is not that of a holder's registered owner key.
 *
 * @param nonce Nonce of the request that asserts the claim.
 * @param contentDigest Digest in the commitment of the dataset's first version.
 */
export async function refuseOwnerSignature(
  ledger: Ledger,
  claim: ClaimBody,
  nonce: string,
  contentDigest: Digest,
): Promise<void> {
  if (claim.ownerSignature === undefined) return;
  const { address, signature } = claim.ownerSignature;
  const holders = await Promise.all(
    claim.holders.map(({ participant }) => ledger.need(keys.participant(participant))),
  );
  const isRegistered = holders.some(({ ownerKey }) => ownerKey === address);
  const hash = typedDataHash(claimTypedData(nonce, contentDigest, claim));
  const signedBy = recoverAddress(hash, signature) ?? null;
  const isSigned = isRegistered && signedBy === address;
  refuseUnless(isSigned, 'OWNER_SIGNATURE_INVALID', { address, registered: isRegistered, signedBy });
}
