import type { Check } from '../check.js';
import type { ChannelOrganisation } from '../channel-view.js';
import type { Finding } from '../finding.js';
import type { ExaminedNetwork } from '../examined-network.js';
import { endpointFindings } from './endpoints.js';

const NAMED = { code: 'ANCHOR_PEER_UNREACHABLE', what: 'anchor peer' } as const;

async function anchorFindings(
  examined: ExaminedNetwork,
  organisation: ChannelOrganisation,
): Promise<Finding[]> {
  const { endpoints, mspId } = organisation;
  if (endpoints.length > 0) {
    const found = endpoints.map((each) => endpointFindings(examined, organisation, each, NAMED));
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
  async run(examined) {
    // Every peer that does not run is told of; there is nobody to ask.
    if ((await examined.running(examined.peers)).length === 0) return [];
    const { application } = await examined.channel();
    return (await Promise.all(application.map((each) => anchorFindings(examined, each)))).flat();
  },
};
