import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { common } from '@hyperledger/fabric-protos';
import { readIdentity } from '../identity/index.js';
import { signLowS } from './ecdsa.js';
import { serializedIdentity } from '../wire/index.js';
import { EmbeddedNodeError, messageOf } from './errors.js';

/** A node identity that signs: a peer of an organisation, or the orderer. */
export interface Signer {
  readonly mspId: string;
  /** The SerializedIdentity that goes next to every signature. */
  readonly identity: Uint8Array;
  sign(data: Uint8Array): Uint8Array;
}

/**
 * Reads a peer or orderer identity from `<directory>/msp` (signcerts and keystore).
 * @throws EmbeddedNodeError IDENTITY_UNREADABLE
 */
export async function readSigner(
  directory: string,
  mspId: string,
  role: 'peer' | 'orderer',
): Promise<Signer> {
  try {
    const { certificate, privateKey, ou } = await readIdentity(join(directory, 'msp'), mspId);
    if (ou !== role)
      throw new EmbeddedNodeError('IDENTITY_UNREADABLE', `the certificate has role ${ou}, not ${role}`);
    const identity = serializedIdentity({ mspId, certificate });
    return { mspId, identity, sign: (data) => signLowS(privateKey, data) };
  } catch (cause) {
    const text = `${mspId} ${role} in ${directory}: ${messageOf(cause)}`;
    throw new EmbeddedNodeError('IDENTITY_UNREADABLE', text, { cause });
  }
}

/** A signature header with a fresh nonce. */
export function newSignatureHeader(creator: Uint8Array): common.SignatureHeader {
  const header = new common.SignatureHeader();
  header.setCreator(creator);
  header.setNonce(randomBytes(24));
  return header;
}
