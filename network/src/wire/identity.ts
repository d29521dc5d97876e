import { msp } from '@hyperledger/fabric-protos';
import { decode } from './decode.js';

/** How somebody is named beside a signature (`msp.SerializedIdentity`). */
export interface NamedIdentity {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
}

/** @throws MalformedMessage or another error for bytes that are no identity */
export function openIdentity(bytes: Uint8Array): {
  readonly mspId: string;
  readonly certificate: Uint8Array;
} {
  const identity = decode(msp.SerializedIdentity, bytes);
  return { mspId: identity.getMspid(), certificate: identity.getIdBytes_asU8() };
}

export function serializedIdentity({ mspId, certificate }: NamedIdentity): Uint8Array {
  const named = new msp.SerializedIdentity();
  named.setMspid(mspId);
  named.setIdBytes(Buffer.from(certificate));
  return named.serializeBinary();
}
