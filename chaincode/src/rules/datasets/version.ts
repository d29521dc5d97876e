import {
  deriveId,
  descriptors,
  keys,
  refuseUnless,
  type Dataset,
  type Id,
  type Unstamped,
  type Version,
} from '../../model/index.js';
import type { Caller } from '../caller.js';
import { refuseCore } from '../claims/assertion.js';
import { isHolder } from '../claims/share-rule.js';
import { write, type Ledger, type Write } from '../ledger.js';
import { accept, rule } from '../rule.js';
import { refuseUndeliverable } from './delivery.js';

/** A version, and the entry that takes its number. */
export function versionWrites(version: Unstamped<Version>): readonly Write[] {
  const { id, dataset, number } = version;
  return [
    write(keys.version(id), version),
    write(keys.versionNumber(dataset, number), { dataset, number, version: id }),
  ];
}

/** The dataset is not rewritten: a use that reads it never conflicts with a version being added. */
export const appendVersion = rule(descriptors.datasets.Append, async (request, ledger, caller) => {
  const { datasetId, number, version: body } = request;
  const id = deriveId('version', caller, request);
  refuseUnless((await ledger.get(keys.version(id))) === undefined, 'ALREADY_EXISTS', { id });
  const dataset = await ledger.need(keys.dataset(datasetId));
  await refuseOutsider(ledger, dataset, caller);
  refuseCore(dataset);
  await refuseNumber(ledger, datasetId, number);
  await refuseUndeliverable(ledger, body, dataset.custodian, caller);
  return accept(
    versionWrites({ id, dataset: datasetId, number, ...body, registeredAt: caller.time }),
    { name: 'dataset.appended', datasetId, versionId: id },
    { datasetId, versionId: id },
  );
});

/** Versions are added by the custodian, or by a holder of the claim that custody rests on. */
async function refuseOutsider(ledger: Ledger, dataset: Dataset, { participant }: Caller): Promise<void> {
  if (dataset.custodian === participant) return;
  const claim = await ledger.need(keys.claim(dataset.claim));
  refuseUnless(isHolder(claim, participant), 'NOT_CUSTODIAN', { datasetId: dataset.id });
}

async function refuseNumber(ledger: Ledger, dataset: Id<'dataset'>, number: number): Promise<void> {
  const [before, taken] = await Promise.all([
    ledger.get(keys.versionNumber(dataset, number - 1)),
    ledger.get(keys.versionNumber(dataset, number)),
  ]);
  refuseUnless(before !== undefined && taken === undefined, 'VERSION_OUT_OF_ORDER', { dataset, number });
}
