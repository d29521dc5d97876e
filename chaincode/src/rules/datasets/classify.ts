import { descriptors, keys, refuseUnless, type Classification, type Dataset } from '../../model/index.js';
import type { Caller } from '../caller.js';
import { write, type Ledger } from '../ledger.js';
import { capacitiesIn, enders, partiesOf, type Capacity } from '../powers/index.js';
import { accept, rule } from '../rule.js';
import { isLowered, refuseBelowInputs } from './classification.js';

/** A regulator that has no part in the data classifies as it finds; the custodian within what no regulator has notified. */
export const classifyDataset = rule(
  descriptors.datasets.Classify,
  async ({ datasetId, classification }, ledger, caller) => {
    const dataset = await ledger.need(keys.dataset(datasetId));
    const { held } = await capacitiesIn(ledger, caller, { parties: () => partiesOf(ledger, datasetId) });
    const allowed: readonly Capacity[] = enders('classificationNotified', 'REGULATOR');
    if (!held.some((capacity) => allowed.includes(capacity)))
      await refuseOwnClassification(ledger, dataset, classification, caller);
    return accept(
      [write(keys.dataset(datasetId), { ...dataset, classification })],
      { name: 'dataset.classified', datasetId, level: classification.level, grade: classification.grade },
      { datasetId },
    );
  },
);

async function refuseOwnClassification(
  ledger: Ledger,
  dataset: Dataset,
  classification: Classification,
  caller: Caller,
): Promise<void> {
  const { id: datasetId, classification: before } = dataset;
  refuseUnless(dataset.custodian === caller.participant, 'NOT_CUSTODIAN', { datasetId });
  const isFixed = before.status === 'NOTIFIED' || before.grade === 'CORE';
  refuseUnless(!isFixed || !isLowered(classification, before), 'NOT_REGULATOR', { datasetId });
  const isNewlyCore = classification.grade === 'CORE' && before.grade !== 'CORE';
  refuseUnless(!isNewlyCore, 'CLASSIFICATION_FORBIDS', { datasetId, grade: 'CORE' });
  const inputs = dataset.derivedFrom.map((input) => ledger.need(keys.dataset(input.dataset)));
  refuseBelowInputs(classification, await Promise.all(inputs));
}
