import type { Check } from '../check.js';
import type { ChannelOrganisation } from '../channel-view.js';
import type { Finding } from '../finding.js';
import type { Patient } from '../patient.js';
import { endpointFindings } from './endpoints.js';

const NAMED = { code: 'ANCHOR_PEER_UNREACHABLE', what: 'anchor peer' } as const;

async function anchorFindings(patient: Patient, organisation: ChannelOrganisation): Promise<Finding[]> {
  const { endpoints, mspId } = organisation;
  if (endpoints.length > 0) {
    const found = endpoints.map((each) => endpointFindings(patient, organisation, each, NAMED));
    return (await Promise.all(found)).flat();
  }
  const text = 'has no anchor peer on the channel: peers of other organisations never meet its own';
  const remedy = `update the channel configuration with an anchor peer of ${mspId}`;
  return [{ code: 'ANCHOR_PEER_MISSING', severity: 'error', subject: mspId, text, remedy }];
}

/** Each organisation names a peer on the channel, and that peer is reached there. */
export const anchorPeers: Check = {
  name: 'anchor peers',
  of: 'fabric',
  within: 20_000,
  async run(patient) {
    // Every peer that does not run is told of; there is nobody to ask.
    if ((await patient.running(patient.peers)).length === 0) return [];
    const { application } = await patient.channel();
    return (await Promise.all(application.map((each) => anchorFindings(patient, each)))).flat();
  },
};
