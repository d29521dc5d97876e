import { expect } from 'chai';
import { endorsementPolicy } from '../src/fabric/definition.js';
import { configuration, message, reasonOf } from './fabric-parties.js';

describe('The endorsement policy of a chaincode definition', () => {
  const policyOf = async (validation: Uint8Array): Promise<string> =>
    reasonOf(() => endorsementPolicy(message([2, validation]), configuration()));

  // common.SignaturePolicyEnvelope: one of one, a member of Org1MSP.
  const rule = message(
    [2, message([2, message([1, 1n], [2, message([1, 0n])])])],
    [3, message([2, message([1, 'Org1MSP'])])],
  );

  it('with another validation plugin, no policy, or two is not understood', async () => {
    const one = message([2, '/Channel/Application/Endorsement']);
    expect(await policyOf(message([1, 'vscc'], [2, one]))).to.equal('nothing');
    expect(await policyOf(message([1, 'own'], [2, one]))).to.equal('POLICY_UNKNOWN');
    expect(await policyOf(message([1, 'vscc']))).to.equal('POLICY_UNKNOWN');
    const both = message([1, rule], [2, '/Channel/Application/Endorsement']);
    expect(await policyOf(message([1, 'vscc'], [2, message([1, rule])]))).to.equal('nothing');
    expect(await policyOf(message([1, 'vscc'], [2, both]))).to.equal('POLICY_UNKNOWN');
  });
});
