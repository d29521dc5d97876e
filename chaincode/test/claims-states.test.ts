import { transferOfferDigest } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { buyer, fork, KEY_COMMITMENT, patch, registered, third, type Setting } from './rights.js';
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
          acknowledged: [{ version: versionId, keyCommitment: KEY_COMMITMENT }],
        },
      ],
      'claims:Cancel': [steel, { claimId, reason }],
    } as const;
  };

  for (const state of STATES) {
    it(`permits from ${state} what it lists, and nothing else`, async () => {
      const at = fork(setting);
      for (const [name, [by, request]] of Object.entries(attempts(at))) {
        patch(at.world, keys.claim(at.claimId), { state });
        const transaction = name.replace(/ .*/, '');
        const expected = LEGAL[name]?.includes(state) === true ? undefined : 'ILLEGAL_STATE';
        expect(await at.world.refusal(by, transaction, request), name).to.equal(expected);
      }
    });
  }
});
