import {
  claimTypedData,
  deriveId,
  descriptors,
  encode,
  type AnyDescriptor,
  type ClaimBody,
  type RequestOf,
  type ResponseOf,
} from '@tallystick/chaincode/model';
import { submitWithRetry } from '../../ledger/port-retry.js';
import type { Ledger } from '../../ledger/port.js';
import type { Payloads, SealedPayload } from '../../payload/port.js';
import type { OwnerHeaders } from './stores/port.js';
import { CustodyError } from './errors.js';
import type { Failpoints } from './failpoint.js';
import {
  newNonce,
  PLACEHOLDER,
  requireRequest,
  requireVersionMetadata,
  versionBody,
  type VersionBody,
} from './metadata.js';
import type { AppendMetadata, By, RegisterMetadata, Stored, VersionMetadata } from './port.js';
import type { SignClaim } from './parts.js';
import { unitOf, type Signers } from './signers.js';

export interface Registration {
  readonly ledger: Ledger;
  readonly ownerHeaders: OwnerHeaders;
  readonly payloads: Payloads;
  readonly signers: Signers;
  /** The organisation's own age recipient. */
  readonly recipient: string;
  readonly failpoints: Failpoints;
  readonly signClaim?: SignClaim;
}

type Source = AsyncIterable<Uint8Array>;

/** `UseCases.registerFile`. */
export async function registerFile(
  registration: Registration,
  by: By,
  metadata: RegisterMetadata,
  source: Source,
  signal?: AbortSignal,
): Promise<Stored<ResponseOf<typeof descriptors.datasets.Register>>> {
  const nonce = metadata.nonce ?? newNonce();
  const request = (
    version: VersionBody,
    claim = metadata.claim,
  ): RequestOf<typeof descriptors.datasets.Register> => ({ ...metadata, nonce, version, claim });
  const finish = async (version: VersionBody): Promise<object> =>
    request(version, await signedClaim(registration, metadata.claim, nonce, version));
  return storeVersion(
    registration,
    descriptors.datasets.Register,
    { by, metadata, request, finish },
    source,
    signal,
  );
}

/** `UseCases.appendFile`. */
export async function appendFile(
  registration: Registration,
  by: By,
  metadata: AppendMetadata,
  source: Source,
  signal?: AbortSignal,
): Promise<Stored<ResponseOf<typeof descriptors.datasets.Append>>> {
  const nonce = metadata.nonce ?? newNonce();
  const request = (version: VersionBody): RequestOf<typeof descriptors.datasets.Append> => ({
    ...metadata,
    nonce,
    version,
  });
  return storeVersion(registration, descriptors.datasets.Append, { by, metadata, request }, source, signal);
}

interface Intent {
  readonly by: By;
  readonly metadata: { readonly version: VersionMetadata };
  readonly request: (version: VersionBody) => object;
  /** The request with what can only be said of a sealed version. */
  readonly finish?: (version: VersionBody) => Promise<object>;
}

/** With the owner's signature, where a key is configured and the caller brought no signature. */
async function signedClaim(
  { signClaim }: Registration,
  claim: ClaimBody,
  nonce: string,
  { commitment }: VersionBody,
): Promise<ClaimBody> {
  if (signClaim === undefined || claim.ownerSignature !== undefined) return claim;
  return { ...claim, ownerSignature: await signClaim(claimTypedData(nonce, commitment.digest, claim)) };
}

async function storeVersion<Result extends { readonly versionId: string }>(
  registration: Registration,
  descriptor: AnyDescriptor & { readonly response: { parse(value: unknown): Result } },
  { by, metadata, request, finish }: Intent,
  source: Source,
  signal: AbortSignal | undefined,
): Promise<Stored<Result>> {
  const { payloads, failpoints, recipient } = registration;
  requireVersionMetadata(metadata.version);
  requireRequest(descriptor, request(versionBody(metadata.version, PLACEHOLDER)));
  const unit = unitOf(registration.signers, by.identity);
  const sealed = await payloads.seal(source, recipient, signal);
  await failpoints.reach('register.sealed');
  const version = versionBody(metadata.version, sealed);
  const body = finish === undefined ? request(version) : await finish(version);
  const versionId = deriveId('version', unit, body);
  await keepHeader(registration, versionId, sealed);
  const committed = await submit(registration, by, descriptor.name, body, signal);
  await failpoints.reach('register.submitted');
  const result = resultOf(descriptor, committed.result, versionId);
  const { txId, blockNumber } = committed;
  const { cid, commitment, plainDigest, plainBytes: bytes } = sealed;
  return { txId, blockNumber, result, cid, commitment, plainDigest, bytes };
}

/**
 * Durable before the version can be on the ledger: a version whose key nobody has would be a promise that cannot be kept. When the
 * ledger then refuses, the header stays under an id that no record will ever have, and nobody can ask for it.
 */
async function keepHeader(
  { ownerHeaders, failpoints }: Registration,
  versionId: string,
  { header, plainDigest, keyCommitment }: SealedPayload,
): Promise<void> {
  await ownerHeaders.put({ versionId, header, plainDigest, keyCommitment });
  await failpoints.reach('register.header-kept');
}

function submit(
  { ledger }: Registration,
  { identity, transient, endorsers, onPrepared }: By,
  transaction: string,
  body: object,
  signal: AbortSignal | undefined,
): Promise<{ txId: string; blockNumber: bigint; result: string }> {
  const submission = {
    identity,
    transaction,
    argument: encode(body),
    ...(transient && { transient }),
    ...(endorsers && { endorsers }),
  };
  return submitWithRetry(ledger, submission, {
    onPrepared: (txId) => onPrepared?.(txId, transaction),
    ...(signal && { signal }),
  });
}

function resultOf<Result extends { readonly versionId: string }>(
  descriptor: { readonly name: string; readonly response: { parse(value: unknown): Result } },
  text: string,
  versionId: string,
): Result {
  const result = descriptor.response.parse(JSON.parse(text));
  if (result.versionId !== versionId) {
    throw new CustodyError('RESULT_UNEXPECTED', `${descriptor.name} made another version than was derived`);
  }
  return result;
}
