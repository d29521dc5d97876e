import {
  descriptors,
  encode,
  keys,
  possessionCommitment,
  transferOfferDigest,
  type Claim,
  type Digest,
  type TransferOffer,
} from '@tallystick/chaincode/model';
import { submitWithRetry } from '../../ledger/port-retry.js';
import { PayloadError } from '../../payload/port.js';
import { CustodyError } from './errors.js';
import type { Handing } from './handing-over.js';
import { asDigest, contextOf, decodeBundle, MAX_BUNDLE_BYTES, type SealedVersion } from './handover.js';
import { newNonce } from './metadata.js';
import type { By, TakenOver } from './port.js';
import { recordAt } from './projected.js';

const { AcceptTransfer: descriptor } = descriptors.claims;
type Handover = NonNullable<TransferOffer['handover']>;

/**
 * `UseCases.takeOver`. Everything that was handed over is opened, checked against the ledger and durable here before the acceptance is
 * signed: afterwards we answer for it. May be repeated; what is here already is not fetched again.
 */
export async function takeOver(
  taking: Handing,
  by: By,
  claimId: string,
  offerDigest: string,
  signal?: AbortSignal,
): Promise<TakenOver> {
  const offer = await offerTo(taking, claimId as Claim['id'], offerDigest);
  const possession = offer.handover && (await received(taking, claimId, offer, offer.handover, signal));
  const request = {
    claimId: claimId as Claim['id'],
    nonce: newNonce(),
    offerDigest: asDigest(offerDigest),
    ...(possession && { possession }),
  };
  const submission = { identity: by.identity, transaction: descriptor.name, argument: encode(request) };
  const { txId, blockNumber, result } = await submitWithRetry(taking.ledger, submission, {
    onPrepared: (id) => by.onPrepared?.(id, descriptor.name),
    ...(signal && { signal }),
  });
  const { successor } = descriptor.response.parse(JSON.parse(result));
  return { txId, blockNumber, claimId: successor, versions: offer.versions };
}

async function offerTo(
  { projection, participant }: Handing,
  claimId: Claim['id'],
  offerDigest: string,
): Promise<TransferOffer> {
  const claim = await recordAt(projection, keys.claim(claimId));
  const offer = claim?.transfer;
  if (offer === undefined) throw new CustodyError('NOT_FOUND', `No offer of ${claimId}`);
  if (offer.to !== participant) throw new CustodyError('NOT_OURS', 'The claim is offered to somebody else');
  if (transferOfferDigest(offer) !== offerDigest)
    throw new CustodyError('NOT_FOUND', 'The offer on the table is another one');
  return offer;
}

/** Every key and every payload of an offer, here for good; the proof that they are. */
async function received(
  taking: Handing,
  claimId: string,
  offer: TransferOffer,
  handover: Handover,
  signal: AbortSignal | undefined,
): Promise<Digest> {
  const { payloads, age } = taking;
  const headers = await bundledHeaders(taking, offer, handover, signal);
  const context = contextOf(claimId, offer, handover.nonce);
  const possession = asDigest(payloads.possession([...headers.values()], age.identity, context));
  if (possessionCommitment(possession) !== handover.possession)
    throw new PayloadError('KEY_MISMATCH', 'what was handed over is not what the offer commits to');
  for (const [id, header] of headers) await receive(taking, id as SealedVersion['id'], header, signal);
  return possession;
}

/** In the order of the offer, which the proof depends on. */
async function bundledHeaders(
  { payloads }: Handing,
  { versions }: TransferOffer,
  { cid }: Handover,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = decodeBundle(await payloads.fetchHeader(cid, signal, MAX_BUNDLE_BYTES));
  return new Map(
    versions.map((version) => {
      const header = found.get(version);
      if (header === undefined)
        throw new PayloadError('HEADER_INVALID', 'a version that is offered has no header in the bundle');
      return [version, header];
    }),
  );
}

async function receive(
  { projection, ownerHeaders, payloads, age }: Handing,
  versionId: SealedVersion['id'],
  header: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const version = await recordAt(projection, keys.version(versionId));
  if (version?.delivery.mode !== 'SEALED')
    throw new CustodyError('NOT_SEALED', 'A version that is offered is not a sealed payload');
  const { delivery, commitment } = version;
  await payloads.keep(delivery.cid, signal);
  if ((await ownerHeaders.get(versionId))?.keyCommitment === delivery.keyCommitment) return;
  const { keyCommitment, cid } = delivery;
  const pieces = payloads.open(
    {
      header,
      identity: age.identity,
      cid,
      bytes: BigInt(commitment.bytes),
      commitment: commitment.digest,
      keyCommitment,
    },
    signal,
  );
  let step = await pieces.next();
  while (step.done !== true) step = await pieces.next();
  const { plainDigest } = step.value;
  // Wrapped anew: the giver knows the ephemeral secret of its own header.
  const own = payloads.rewrap(header, age.identity, age.recipient);
  await ownerHeaders.put({ versionId, header: own, plainDigest, keyCommitment });
}
