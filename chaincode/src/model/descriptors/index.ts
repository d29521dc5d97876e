import { keyText } from '../keys.js';
import { attestationDescriptors } from './attestations.js';
import { claimDescriptors } from './claims.js';
import { componentDescriptors } from './components.js';
import { compromiseDescriptors } from './compromises.js';
import { consentDescriptors } from './consents.js';
import { datasetDescriptors } from './datasets.js';
import type { AnyDescriptor } from './descriptor.js';
import { disputeDescriptors } from './disputes.js';
import { eventDescriptors } from './events.js';
import { grantDescriptors } from './grants.js';
import { holdDescriptors } from './holds.js';
import { obligationDescriptors } from './obligations.js';
import { participantDescriptors } from './participants.js';
import { recordDescriptors } from './records.js';
import { spaceDescriptors } from './space.js';
import { transformationDescriptors } from './transformations.js';
import { usageDescriptors } from './usage.js';
import { valuationDescriptors } from './valuations.js';

export type { Actor, AnyDescriptor, Descriptor, RequestOf, ResponseOf, Standing } from './descriptor.js';

/** Every transaction of the ledger, by contract and verb. */
export const descriptors = {
  space: spaceDescriptors,
  participants: participantDescriptors,
  components: componentDescriptors,
  datasets: datasetDescriptors,
  claims: claimDescriptors,
  grants: grantDescriptors,
  usage: usageDescriptors,
  attestations: attestationDescriptors,
  consents: consentDescriptors,
  events: eventDescriptors,
  transformations: transformationDescriptors,
  obligations: obligationDescriptors,
  valuations: valuationDescriptors,
  holds: holdDescriptors,
  disputes: disputeDescriptors,
  compromises: compromiseDescriptors,
  records: recordDescriptors,
};

/** The same as a flat list, in the order of the reference page. */
export const allDescriptors: readonly AnyDescriptor[] = Object.values(descriptors).flatMap(
  (contract) => Object.values(contract) as AnyDescriptor[],
);

const kindsByName = new Map(allDescriptors.map(({ name, writes }) => [name, new Set(writes)]));

/**
 * Whether a transaction may write under a key at all, by the kinds that its descriptor names. What endorsers wrote beside them is
 * worth a word whatever the rules say. A restoration may write any.
 */
export function mayWrite(transaction: string, key: string): boolean {
  if (transaction === descriptors.records.Restore.name) return true;
  const [kind = ''] = key.split('/', 1);
  return keyText.test(key) && (kindsByName.get(transaction)?.has(kind) ?? false);
}

/** At most this many requests in one transaction. */
export const MAX_BATCH = 500;
