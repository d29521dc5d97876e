import {
  keys,
  refuseUnless,
  type Dataset,
  type Digest,
  type Id,
  type TransferOffer,
  type Version,
} from '../../model/index.js';
import type { Ledger } from '../ledger.js';

type Sealed = Version & { readonly delivery: Extract<Version['delivery'], { mode: 'SEALED' }> };

const isSealed = (version: Version): version is Sealed => version.delivery.mode === 'SEALED';

/** The versions named, each of the dataset and with a key to hand over. */
export function needKeys(
  ledger: Ledger,
  dataset: Id<'dataset'>,
  versions: readonly Id<'version'>[],
): Promise<readonly Sealed[]> {
  return Promise.all(
    versions.map(async (id) => {
      const version = await ledger.need(keys.version(id));
      const isOfDataset = version.dataset === dataset && isSealed(version);
      refuseUnless(isOfDataset, 'SELECTOR_MISMATCH', { versionId: id });
      return version;
    }),
  );
}

/**
 * Custody moves to the new holder with the key of every version there is, or stays where it is. A key left out would
 * be lost with the old custodian, and the acceptance carries the new holder's word only, nobody else's.
 */
export async function refuseWithheld(
  ledger: Ledger,
  dataset: Dataset,
  { to, custodian, versions }: TransferOffer,
): Promise<void> {
  if (custodian === dataset.custodian) return;
  refuseUnless(custodian === to, 'KEY_NOT_ACKNOWLEDGED', { to, custodian });
  const offered = new Set(versions);
  for (let number = 1; ; number += 1) {
    const numbered = await ledger.get(keys.versionNumber(dataset.id, number));
    if (numbered === undefined) return;
    const { version: versionId } = numbered;
    const hasKey = !offered.has(versionId) && isSealed(await ledger.need(keys.version(versionId)));
    refuseUnless(!hasKey, 'KEY_NOT_ACKNOWLEDGED', { versionId, number });
  }
}

/** The acknowledgement names exactly the versions offered, each with the commitment of its key. */
export async function refuseUnacknowledged(
  ledger: Ledger,
  dataset: Id<'dataset'>,
  { versions }: TransferOffer,
  acknowledged: readonly { readonly version: Id<'version'>; readonly keyCommitment: Digest }[],
): Promise<void> {
  const named = new Map(acknowledged.map(({ version, keyCommitment }) => [version, keyCommitment]));
  const isExact = acknowledged.length === versions.length && versions.every((version) => named.has(version));
  refuseUnless(isExact, 'KEY_NOT_ACKNOWLEDGED', { offered: versions.length, acknowledged: named.size });
  for (const { id, delivery } of await needKeys(ledger, dataset, versions)) {
    refuseUnless(named.get(id) === delivery.keyCommitment, 'KEY_NOT_ACKNOWLEDGED', { versionId: id });
  }
}
