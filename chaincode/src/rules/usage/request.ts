import {
  deriveId,
  descriptors,
  keys,
  refuseUnless,
  type Grant,
  type Id,
  type Version,
} from '../../model/index.js';
import type { Caller } from '../caller.js';
import { write, type Ledger } from '../ledger.js';
import { accept, rule } from '../rule.js';

/**
 * A request is refused only where it is not one of this consumer's component under this grant. Everything else is
 * decided at the answer, and written: a request that was committed first can neither be hidden nor be banked.
 */
export const requestUse = rule(descriptors.usage.Request, async (request, ledger, caller) => {
  const { nonce: _nonce, ...ask } = request;
  const usageId = deriveId('usage', caller, request);
  // Seven keys: these, the space, and the dataset.
  const [participant, grant, version, usage] = await Promise.all([
    ledger.get(keys.participant(caller.participant)),
    ledger.need(keys.grant(ask.grant)),
    ledger.need(keys.version(ask.version)),
    ledger.get(keys.usage(usageId)),
    refuseSigner(ledger, ask.component, caller),
  ]);
  refuseUnless(participant !== undefined, 'NOT_A_PARTICIPANT', { participant: caller.participant });
  refuseUnless(usage === undefined, 'ALREADY_EXISTS', { id: usageId });
  refuseUnless(grant.consumer === caller.participant, 'NOT_CONSUMER', { grantId: ask.grant });
  refuseUnless(isSelected(grant, version), 'SELECTOR_MISMATCH', { versionId: ask.version });
  const { custodian } = await ledger.need(keys.dataset(grant.dataset));
  const record = {
    id: usageId,
    state: 'REQUESTED' as const,
    ...ask,
    dataset: grant.dataset,
    consumer: caller.participant,
    custodian,
    requestedAt: caller.time,
    signedBy: caller.keyDigest,
  };
  return accept(
    [write(keys.usage(usageId), record)],
    { name: 'usage.requested', usageId, custodian },
    { usageId, state: 'REQUESTED' },
  );
});

const isSelected = ({ dataset, selector }: Grant, version: Version): boolean =>
  version.dataset === dataset && (!('version' in selector) || selector.version === version.id);

/** Refuse who does not sign with a key of a component of its own. */
export async function refuseSigner(ledger: Ledger, id: Id<'component'>, caller: Caller): Promise<void> {
  const component = await ledger.get(keys.component(id));
  refuseUnless(component?.owner === caller.participant, 'COMPONENT_NOT_CERTIFIED', { componentId: id });
  refuseUnless(component.keys.includes(caller.keyDigest), 'NOT_COMPONENT_KEY', { componentId: id });
}
