import { keys, type Version } from '@tallystick/chaincode/model';
import type { Payloads, RecipientKeys } from '../../payload/port.js';
import type { Projection } from '../../projection/port.js';
import type { OwnerHeaders } from './stores/port.js';
import { CustodyError } from './errors.js';
import { recordAt } from './projected.js';

export interface Owning {
  readonly projection: Projection;
  readonly ownerHeaders: OwnerHeaders;
  readonly payloads: Payloads;
  readonly age: RecipientKeys;
}

/** `UseCases.openOwn`: a version whose key is here, without a use. @throws CustodyError NOT_FOUND, NOT_SEALED, KEY_UNKNOWN */
export async function openOwn(
  { projection, ownerHeaders, payloads, age }: Owning,
  versionId: string,
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const version = await recordAt(projection, keys.version(versionId as Version['id']));
  if (version === undefined) throw new CustodyError('NOT_FOUND', `No version ${versionId}`);
  const { delivery, commitment } = version;
  if (delivery.mode !== 'SEALED') throw new CustodyError('NOT_SEALED', 'The version is not a sealed payload');
  const owned = await ownerHeaders.get(versionId);
  if (owned === undefined) throw new CustodyError('KEY_UNKNOWN', 'The key of this version is not here');
  const request = {
    header: owned.header,
    identity: age.identity,
    cid: delivery.cid,
    bytes: BigInt(commitment.bytes),
    commitment: commitment.digest,
    keyCommitment: delivery.keyCommitment,
  };
  return payloads.open(request, signal);
}
