import { descriptors, keys, refuseUnless } from '../../model/index.js';
import { needAttester } from '../attestations/trust.js';
import { write } from '../ledger.js';
import { accept, rule, type AnyRule } from '../rule.js';

/**
 * How a version was made from an earlier one of its dataset, in the signature of the custodian's component. Written once: a
 * decision that has seen it, or has seen that it is not there, stays true.
 */
const attestTransformation = rule(
  descriptors.transformations.Attest,
  async ({ version: versionId, of: originalId, action, parameters, component }, ledger, caller) => {
    const [version, original, before] = await Promise.all([
      ledger.need(keys.version(versionId)),
      ledger.need(keys.version(originalId)),
      ledger.get(keys.transformation(versionId)),
    ]);
    const isLater = version.dataset === original.dataset && version.number > original.number;
    refuseUnless(isLater, 'SELECTOR_MISMATCH', { versionId, originalId });
    const { custodian } = await ledger.need(keys.dataset(version.dataset));
    refuseUnless(custodian === caller.participant, 'NOT_CUSTODIAN', { datasetId: version.dataset });
    refuseUnless(before === undefined, 'ALREADY_EXISTS', { id: versionId });
    await needAttester(ledger, component, caller);
    const record = {
      version: versionId,
      of: originalId,
      action,
      parameters,
      component,
      by: caller.participant,
      at: caller.time,
      signedBy: caller.keyDigest,
    };
    return accept(
      [write(keys.transformation(versionId), record)],
      { name: 'transformation.attested', versionId, action },
      { version: versionId, action },
    );
  },
);

export const transformationRules: readonly AnyRule[] = [attestTransformation];
