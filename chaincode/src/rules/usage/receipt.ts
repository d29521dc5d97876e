import { addSeconds, descriptors, keys, refuseUnless } from '../../model/index.js';
import { usageType } from '../../model/records/index.js';
import { write } from '../ledger.js';
import { accept, move, rule } from '../rule.js';
import { refuseSigner } from './request.js';

const { Lapse, Acknowledge } = descriptors.usage;

/** Anyone may record a silence. It says nothing of whose fault it was, since the consumer dated the request, and costs it no use. */
export const lapseUse = rule(Lapse, async ({ usageId }, ledger, caller) => {
  const [space, usage] = await Promise.all([ledger.need(keys.space()), ledger.need(keys.usage(usageId))]);
  const lapsed = move(usageType, usage, 'LAPSED');
  const due = addSeconds(usage.requestedAt, space.rulebook.answerWithin);
  refuseUnless(caller.time > due, 'NOT_YET_LAPSED', { id: usageId, due });
  return accept(
    [write(keys.usage(usageId), lapsed)],
    { name: 'usage.lapsed', usageId },
    { usageId, state: 'LAPSED' },
  );
});

/**
 * The consumer's half. Signed by the component that asked; what arrived must be what was committed to, or there is
 * nothing to acknowledge and something to contest. Reads four keys: space, usage, version, component.
 */
export const acknowledgeUse = rule(Acknowledge, async (request, ledger, caller) => {
  const { usageId, component, bytes, commitment } = request;
  const usage = await ledger.need(keys.usage(usageId));
  refuseUnless(usage.consumer === caller.participant, 'NOT_CONSUMER', { usageId });
  refuseUnless(usage.component === component, 'NOT_COMPONENT_KEY', { componentId: component });
  const [version] = await Promise.all([
    ledger.need(keys.version(usage.version)),
    refuseSigner(ledger, component, caller),
  ]);
  const acknowledged = move(usageType, usage, 'ACKNOWLEDGED');
  const { digest, bytes: committed } = version.commitment;
  refuseUnless(commitment === digest && bytes === committed, 'COMMITMENT_MISMATCH', { usageId });
  const acknowledgement = { at: caller.time, bytes, commitment, signedBy: caller.keyDigest };
  return accept(
    [write(keys.usage(usageId), { ...acknowledged, acknowledgement })],
    { name: 'usage.acknowledged', usageId },
    { usageId, state: 'ACKNOWLEDGED' },
  );
});
