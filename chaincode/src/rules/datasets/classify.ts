import { descriptors, keys, refuseUnless, type Classification, type Dataset } from '../../model/index.js';
import { write, type Ledger } from '../ledger.js';
import { capacitiesIn, enders, needCapacity, partiesOf } from '../powers/index.js';
import { accept, rule } from '../rule.js';
import { isLowered, refuseBelowInputs } from './classification.js';

/** A regulator that has no part in the data classifies as it finds; the custodian within what no regulator has notified. */
export const classifyDataset = rule(
  descriptors.datasets.Classify,
  async ({ datasetId, classification }, ledger, caller) => {
    const dataset = await ledger.need(keys.dataset(datasetId));
    if (dataset.custodian === caller.participant)
      await refuseOwnClassification(ledger, dataset, classification);
    else {
      const capacities = await capacitiesIn(ledger, caller, { parties: () => partiesOf(ledger, datasetId) });
      needCapacity(capacities, enders('classificationNotified', 'REGULATOR'), 'NOT_CUSTODIAN', { datasetId });
    }
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
): Promise<void> {
  const { id: datasetId, classification: before } = dataset;
  const isFixed = before.status === 'NOTIFIED' || before.grade === 'CORE';
  refuseUnless(!isFixed || !isLowered(classification, before), 'NOT_REGULATOR', { datasetId });
  const isNewlyCore = classification.grade === 'CORE' && before.grade !== 'CORE';
  refuseUnless(!isNewlyCore, 'CLASSIFICATION_FORBIDS', { datasetId, grade: 'CORE' });
  const inputs = dataset.derivedFrom.map((input) => ledger.need(keys.dataset(input.dataset)));
  refuseBelowInputs(classification, await Promise.all(inputs));
}
