import {
  keys,
  possessionCommitment,
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
 * be lost with the old custodian, and the acceptance proves what the new holder has, nobody else.
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

/** Keys are handed over where there are versions to have them, and nowhere else. */
export function refuseKeyless({ versions, handover }: TransferOffer): void {
  refuseUnless(versions.length > 0 === (handover !== undefined), 'KEY_NOT_ACKNOWLEDGED', {
    versions: versions.length,
    handover: handover?.cid ?? null,
  });
}

/** Who accepts knows what follows from the keys alone, as the giver committed to it. */
export function refuseUnproven({ handover }: TransferOffer, possession: Digest | undefined): void {
  const proven = possession === undefined ? undefined : possessionCommitment(possession);
  refuseUnless(proven === handover?.possession, 'KEY_NOT_ACKNOWLEDGED', {
    expected: handover?.possession ?? null,
    proven: proven ?? null,
  });
}
