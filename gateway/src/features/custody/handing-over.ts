import {
  descriptors,
  encode,
  keys,
  possessionCommitment,
  type Claim,
  type Dataset,
  type Id,
  type RequestOf,
} from '@tallystick/chaincode/model';
import { submitWithRetry } from '../../ledger/port-retry.js';
import type { Ledger } from '../../ledger/port.js';
import { PayloadError, type Payloads, type RecipientKeys } from '../../payload/port.js';
import type { Projection } from '../../projection/port.js';
import type { OwnerHeaders } from './stores/port.js';
import { CustodyError } from './errors.js';
import { asDigest, contextOf, encodeBundle, sealedVersionsOf, type SealedVersion } from './handover.js';
import { newNonce, requireRequest } from './metadata.js';
import type { By, HandedOver, HandOver } from './port.js';
import { recordAt } from './projected.js';

export interface Handing {
  readonly ledger: Ledger;
  readonly projection: Projection;
  readonly ownerHeaders: OwnerHeaders;
  readonly payloads: Payloads;
  /** The organisation's own age identity. */
  readonly age: RecipientKeys;
  readonly participant: string;
}

type Offer = RequestOf<typeof descriptors.claims.OfferTransfer>;
const { OfferTransfer: descriptor } = descriptors.claims;

/**
 * `UseCases.handOver`. The bundle is durable before the offer can be on the ledger: a receiver must not be asked to prove that it has what
 * is nowhere. From then on the receiver can open the data, whether it accepts or not.
 */
export async function handOver(
  handing: Handing,
  by: By,
  claimId: string,
  { to, grants }: HandOver,
  signal?: AbortSignal,
): Promise<HandedOver> {
  const { projection } = handing;
  const { dataset } = await custodialClaim(handing, claimId as Claim['id']);
  const recipient = await recipientOf(handing, to);
  const sealed = await sealedVersionsOf(projection, dataset.id);
  const wrapped = await rewrapped(handing, sealed, recipient);
  const versions = sealed.map(({ id }) => id);
  const offer = { claimId: claimId as Claim['id'], to, grants, custodian: to, versions };
  const handover = wrapped.length === 0 ? undefined : await published(handing, wrapped, offer, signal);
  const request: Offer = { ...offer, ...(handover && { handover }) };
  requireRequest(descriptor, request);
  const { txId, blockNumber, result } = await submit(handing, by, request, signal);
  const { offerDigest } = descriptor.response.parse(JSON.parse(result));
  return { txId, blockNumber, claimId, offerDigest, versions };
}

/** The claim that custody of a dataset rests on, whose custodian we are. */
async function custodialClaim(
  { projection, participant }: Handing,
  claimId: Claim['id'],
): Promise<{ readonly dataset: Dataset }> {
  const claim = await recordAt(projection, keys.claim(claimId));
  const dataset = claim && (await recordAt(projection, keys.dataset(claim.dataset)));
  if (dataset === undefined) throw new CustodyError('NOT_FOUND', `No claim ${claimId}`);
  if (dataset.custodian !== participant || dataset.claim !== claimId)
    throw new CustodyError('NOT_OURS', 'We are not custodian by this claim', {
      details: { custodian: dataset.custodian, claim: dataset.claim },
    });
  return { dataset };
}

async function recipientOf({ projection }: Handing, to: Id<'participant'>): Promise<string> {
  const participant = await recordAt(projection, keys.participant(to));
  if (participant === undefined) throw new CustodyError('NOT_FOUND', `No participant ${to}`);
  return participant.recipient;
}

interface Rewrapped {
  readonly version: Id<'version'>;
  /** As it is kept here, and as the receiver can open it. */
  readonly own: Uint8Array;
  readonly header: Uint8Array;
}

/**
 * The file key of each version, wrapped to somebody else: another custodian, or a later key of our own.
 * @throws CustodyError KEY_UNKNOWN; PayloadError KEY_MISMATCH, RECIPIENT_INVALID
 */
async function rewrapped(
  { ownerHeaders, payloads, age }: Pick<Handing, 'ownerHeaders' | 'payloads' | 'age'>,
  versions: readonly SealedVersion[],
  recipient: string,
): Promise<readonly Rewrapped[]> {
  return Promise.all(
    versions.map(async ({ id, delivery }) => {
      const owned = await ownerHeaders.get(id);
      if (owned === undefined)
        throw new CustodyError('KEY_UNKNOWN', 'The key of a version is not here', {
          details: { version: id },
        });
      if (owned.keyCommitment !== delivery.keyCommitment)
        throw new PayloadError('KEY_MISMATCH', 'the header kept here is of another key than the version');
      return {
        version: id,
        own: owned.header,
        header: payloads.rewrap(owned.header, age.identity, recipient),
      };
    }),
  );
}

async function published(
  { payloads, age }: Handing,
  wrapped: readonly Rewrapped[],
  { claimId, ...offer }: Pick<Offer, 'claimId' | 'to' | 'versions'>,
  signal: AbortSignal | undefined,
): Promise<NonNullable<Offer['handover']>> {
  const nonce = newNonce();
  const headers = wrapped.map(({ own }) => own);
  const possession = payloads.possession(headers, age.identity, contextOf(claimId, offer, nonce));
  const { cid } = await payloads.publishHeader(encodeBundle(wrapped), signal);
  return { cid, nonce, possession: possessionCommitment(asDigest(possession)) };
}

function submit(
  { ledger }: Handing,
  { identity, onPrepared }: By,
  request: Offer,
  signal: AbortSignal | undefined,
): Promise<{ txId: string; blockNumber: bigint; result: string }> {
  const submission = { identity, transaction: descriptor.name, argument: encode(request) };
  return submitWithRetry(ledger, submission, {
    onPrepared: (txId) => onPrepared?.(txId, descriptor.name),
    ...(signal && { signal }),
  });
}
