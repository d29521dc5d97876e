import { msp } from '@hyperledger/fabric-protos';
import type { Identity } from '../identity/index.js';

/** How somebody is named beside a signature. */
export function serializedIdentity({
  mspId,
  certificate,
}: Pick<Identity, 'mspId' | 'certificate'>): Uint8Array {
  const named = new msp.SerializedIdentity();
  named.setMspid(mspId);
  named.setIdBytes(Buffer.from(certificate));
  return named.serializeBinary();
}
