import { transferOfferDigest } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { buyer, fork, HANDOVER, patch, POSSESSION, registered, third, type Setting } from './rights.js';
import { keys, regulator, steel } from './world.js';

const reason = 'because';

describe('claims: the table of states', () => {
  const STATES = ['PROPOSED', 'ASSERTED', 'REGISTERED', 'REJECTED', 'TRANSFERRED', 'CANCELLED'] as const;
  const LEGAL: Readonly<Record<string, readonly string[]>> = {
    'claims:Consent': ['PROPOSED'],
    'claims:Consent to a transfer': ['ASSERTED', 'REGISTERED'],
    'claims:Register': ['ASSERTED'],
    'claims:Reject': ['ASSERTED'],
    'claims:OfferTransfer': ['ASSERTED', 'REGISTERED'],
    'claims:AcceptTransfer': ['ASSERTED', 'REGISTERED'],
    'claims:Cancel': ['PROPOSED', 'ASSERTED', 'REGISTERED'],
  };
  let setting: Setting;
  before(async () => (setting = await registered()));

  const attempts = ({ world, claimId, versionId }: Setting) => {
    const offered = {
      to: third.participant,
      grants: 'PASS' as const,
      custodian: third.participant,
      versions: [versionId],
      handover: HANDOVER,
    };
    const offerDigest = transferOfferDigest(offered);
    const consents = [steel.participant];
    patch(world, keys.claim(claimId), {
      holders: [
        { participant: steel.participant, share: 600_000 },
        { participant: buyer.participant, share: 400_000 },
      ],
      shareRule: 'SEVERAL',
      consents,
      transfer: { ...offered, offeredBy: steel.participant, consents },
    });
    return {
      'claims:Consent': [buyer, { claimId }],
      'claims:Consent to a transfer': [buyer, { claimId, offerDigest }],
      'claims:Register': [regulator, { claimId }],
      'claims:Reject': [regulator, { claimId, code: 'RJ1', reason }],
      'claims:OfferTransfer': [steel, { claimId, ...offered }],
      'claims:AcceptTransfer': [
        third,
        {
          claimId,
          nonce: world.nonce(),
          offerDigest,
          possession: POSSESSION,
        },
      ],
      // Several holders give a claim up by a registrar: none of them speaks for the others.
      'claims:Cancel': [regulator, { claimId, reason }],
    } as const;
  };

  function consentToTransfer({ world, claimId }: Setting): void {
    const { transfer } = world.get(keys.claim(claimId));
    if (transfer === undefined) throw new Error('a transfer is offered');
    const consents = [steel.participant, buyer.participant];
    patch(world, keys.claim(claimId), { transfer: { ...transfer, consents } });
  }

  for (const state of STATES) {
    it(`permits from ${state} what it lists, and nothing else`, async () => {
      const at = fork(setting);
      for (const [name, [by, request]] of Object.entries(attempts(at))) {
        patch(at.world, keys.claim(at.claimId), { state });
        // An acceptance without the consents it needs is refused for that, not for its state.
        if (name === 'claims:AcceptTransfer') consentToTransfer(at);
        const transaction = name.replace(/ .*/, '');
        const expected = LEGAL[name]?.includes(state) === true ? undefined : 'ILLEGAL_STATE';
        expect(await at.world.refusal(by, transaction, request), name).to.equal(expected);
      }
    });
  }
});
