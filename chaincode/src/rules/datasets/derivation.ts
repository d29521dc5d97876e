import { isWithin, keys, refuseUnless, type Dataset } from '../../model/index.js';
import type { Caller } from '../caller.js';
import { isHolder } from '../claims/share-rule.js';
import type { Ledger } from '../ledger.js';
import { actionIn } from '../../policy/index.js';

type Derivation = Dataset['derivedFrom'][number];

/**
 * The datasets something is derived from; refused with DERIVATION_NOT_PERMITTED unless each is one's own or was used
 * with permission to derive. They exist before what hashes their ids, so no cycle can be built.
 */
export async function needInputs(
  ledger: Ledger,
  derivedFrom: readonly Derivation[],
  caller: Caller,
): Promise<readonly Dataset[]> {
  return Promise.all(
    derivedFrom.map(async (derivation) => {
      const dataset = await ledger.need(keys.dataset(derivation.dataset));
      const isPermitted = await mayDerive(ledger, dataset, derivation, caller);
      refuseUnless(isPermitted, 'DERIVATION_NOT_PERMITTED', { datasetId: dataset.id });
      return dataset;
    }),
  );
}

async function mayDerive(
  ledger: Ledger,
  dataset: Dataset,
  { usage, claim }: Derivation,
  caller: Caller,
): Promise<boolean> {
  if (usage !== undefined) return isUsed(ledger, dataset, usage, caller);
  if (claim !== undefined) return isClaimed(ledger, dataset, claim, caller);
  // Registered and still kept: nobody else can have the right of use instead.
  return dataset.registeredBy === caller.participant && dataset.custodian === caller.participant;
}

async function isUsed(
  ledger: Ledger,
  { id }: Dataset,
  usageId: NonNullable<Derivation['usage']>,
  { participant }: Caller,
): Promise<boolean> {
  const { consumer, dataset, action, state } = await ledger.need(keys.usage(usageId));
  const isAllowed = state === 'ALLOWED' || state === 'ACKNOWLEDGED';
  return consumer === participant && dataset === id && actionIn(action) === 'derive' && isAllowed;
}

async function isClaimed(
  ledger: Ledger,
  { id }: Dataset,
  claimId: NonNullable<Derivation['claim']>,
  { participant, time }: Caller,
): Promise<boolean> {
  const claim = await ledger.need(keys.claim(claimId));
  const isLive = (claim.state === 'ASSERTED' || claim.state === 'REGISTERED') && isWithin(time, claim.term);
  return claim.dataset === id && isHolder(claim, participant) && claim.rights.includes('USE') && isLive;
}
