import type { Check } from '../check.js';
import type { ChannelView } from '../channel-view.js';
import type { Finding } from '../finding.js';
import type { ExaminedNetwork } from '../examined-network.js';
import { endpointFindings, nodeAt } from './endpoints.js';

const NAMED = { code: 'ORDERER_ENDPOINT_UNREACHABLE', what: 'orderer endpoint' } as const;

const missing = (mspId: string): Finding => ({
  code: 'ORDERER_ENDPOINT_MISSING',
  severity: 'error',
  subject: mspId,
  text: 'orders, and the channel configuration names no address of its orderers',
  remedy: `update the channel configuration with the addresses of ${mspId}'s orderers (Endpoints)`,
});

async function organisationFindings(
  examined: ExaminedNetwork,
  organisation: ChannelView['ordering'][number],
  ofChannel: ChannelView['ordererAddresses'],
): Promise<Finding[]> {
  const { endpoints, mspId } = organisation;
  const own = [...endpoints, ...ofChannel.filter((each) => nodeAt(examined.orderers, each)?.mspId === mspId)];
  if (own.length === 0) return [missing(mspId)];
  return (await Promise.all(own.map((each) => endpointFindings(examined, organisation, each, NAMED)))).flat();
}

/** Addresses of orderers on the channel, which peers follow and clients do not need: there, and reached. */
export const ordererEndpoints: Check = {
  name: 'orderer endpoints',
  of: 'fabric',
  within: 20_000,
  async run(examined) {
    if ((await examined.running(examined.peers)).length === 0) return [];
    const { ordering, ordererAddresses } = await examined.channel();
    const found = ordering.map((each) => organisationFindings(examined, each, ordererAddresses));
    return (await Promise.all(found)).flat();
  },
};
