import { probeEndorsement } from '../../fabric/gateway-probe.js';
import type { PeerNode } from '../../fabric/layout.js';
import type { Check } from '../check.js';
import { notMade, type Finding } from '../finding.js';
import { oneLine, reasonOf } from '../one-line.js';
import type { ExaminedNetwork } from '../examined-network.js';

const cannot = ({ name }: PeerNode, answer: string): Finding => ({
  code: 'GATEWAY_CANNOT_ENDORSE',
  severity: 'error',
  subject: name,
  text: `its Gateway does not reach the chaincode at home, or at enough other organisations for an endorsement: ${oneLine(answer)}`,
  remedy: 'mend what is found besides; then peers need some seconds to meet again',
});

async function peerFindings(examined: ExaminedNetwork, peer: PeerNode): Promise<Finding[]> {
  try {
    const { isReached, answer } = await probeEndorsement(examined.topology, peer);
    return isReached ? [] : [cannot(peer, answer)];
  } catch (error) {
    return [notMade(`Gateway of ${peer.name}`, reasonOf(error))];
  }
}

/** What a client would meet: each peer's Gateway finds those who endorse. */
export const gateway: Check = {
  name: 'Gateway',
  of: 'fabric',
  within: 12_000,
  async run(examined) {
    const running = await examined.running(examined.peers);
    return (await Promise.all(running.map((peer) => peerFindings(examined, peer)))).flat();
  },
};
