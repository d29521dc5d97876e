import {
  deriveId,
  descriptors,
  keys,
  refuseUnless,
  type Dataset,
  type ResponseOf,
  type Unstamped,
} from '../../model/index.js';
import type { Caller } from '../caller.js';
import { newClaim, refuseCore } from '../claims/assertion.js';
import { write, type Ledger } from '../ledger.js';
import { accept, rule } from '../rule.js';
import { refuseBelowInputs } from './classification.js';
import { refuseUndeliverable } from './delivery.js';
import { needInputs } from './derivation.js';
import { versionWrites } from './version.js';

/** Dataset, first version and claim come from one request, so that none of them is ever without the others. */
export const registerDataset = rule(descriptors.datasets.Register, async (request, ledger, caller) => {
  const { nonce, version: body, claim: claimBody, ...described } = request;
  const ids = {
    datasetId: deriveId('dataset', caller, request),
    versionId: deriveId('version', caller, request),
    claimId: deriveId('claim', caller, request),
  };
  const dataset: Unstamped<Dataset> = {
    id: ids.datasetId,
    ...described,
    registeredBy: caller.participant,
    // Nobody is made to answer for data by another: custody begins with who registers, and passes by acceptance.
    custodian: caller.participant,
    claim: ids.claimId,
  };
  await refuseExisting(ledger, ids);
  await refuseDataset(ledger, dataset, caller);
  await refuseUndeliverable(ledger, body, caller.participant, caller);
  const claim = await newClaim(ledger, caller, {
    id: ids.claimId,
    dataset: ids.datasetId,
    nonce,
    contentDigest: body.commitment.digest,
    body: claimBody,
  });
  const version = {
    id: ids.versionId,
    dataset: ids.datasetId,
    number: 1,
    ...body,
    registeredAt: caller.time,
  };
  return accept(
    [write(keys.dataset(dataset.id), dataset), ...versionWrites(version), write(keys.claim(claim.id), claim)],
    { name: 'dataset.registered', ...ids },
    ids,
  );
});

/** Everything that will be written is new; asked for at once, because each turn to the peer costs as much as the rest. */
async function refuseExisting(
  ledger: Ledger,
  ids: ResponseOf<typeof descriptors.datasets.Register>,
): Promise<void> {
  const found = await Promise.all([
    ledger.get(keys.dataset(ids.datasetId)),
    ledger.get(keys.version(ids.versionId)),
    ledger.get(keys.versionNumber(ids.datasetId, 1)),
    ledger.get(keys.claim(ids.claimId)),
  ]);
  refuseUnless(
    found.every((record) => record === undefined),
    'ALREADY_EXISTS',
    { id: ids.datasetId },
  );
}

async function refuseDataset(ledger: Ledger, dataset: Unstamped<Dataset>, caller: Caller): Promise<void> {
  const { classification, derivedFrom } = dataset;
  refuseCore(dataset);
  refuseBelowInputs(classification, await needInputs(ledger, derivedFrom, caller));
}
