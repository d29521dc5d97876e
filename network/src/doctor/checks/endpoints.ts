import { HOST } from '../../fabric/layout.js';
import type { ChannelOrganisation, Endpoint } from '../channel-view.js';
import { dial } from '../dial.js';
import type { Finding } from '../finding.js';
import type { LedgerNode, ExaminedNetwork } from '../examined-network.js';
import { tlsFindings } from './tls-findings.js';

const OURSELVES = new Set([HOST, 'localhost', '::1']);

/** Whether a host is this machine, by a name that everybody has. */
export const isOurselves = (host: string): boolean => OURSELVES.has(host);

export const textOf = ({ host, port }: Endpoint): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The node of the topology that an address leads to. */
export const nodeAt = <N extends LedgerNode>(nodes: readonly N[], { host, port }: Endpoint): N | undefined =>
  isOurselves(host) ? nodes.find((node) => node.port === port) : undefined;

/** What an endpoint in the configuration of the channel is, and what to say when nobody is there. */
export interface Named {
  readonly code: 'ANCHOR_PEER_UNREACHABLE' | 'ORDERER_ENDPOINT_UNREACHABLE';
  readonly what: 'anchor peer' | 'orderer endpoint';
}

const unreachable = ({ code, what }: Named, mspId: string, at: string, reason: string): Finding => ({
  code,
  severity: 'error',
  subject: mspId,
  text: `its ${what} ${at} in the channel configuration ${reason}`,
  remedy: `start that node, or update the channel configuration with an address of ${mspId} that others reach`,
});

/**
 * Meets an endpoint as others do: at the address that the channel names, with the authorities that the channel has. Nodes of the
 * topology that do not run are the affair of another check.
 */
export async function endpointFindings(
  examined: ExaminedNetwork,
  { mspId, tlsRoots }: Pick<ChannelOrganisation, 'mspId' | 'tlsRoots'>,
  endpoint: Endpoint,
  named: Named,
): Promise<Finding[]> {
  const node = nodeAt(examined.nodes, endpoint);
  const at = textOf(endpoint);
  if (node !== undefined && node.mspId !== mspId) {
    return [unreachable(named, mspId, at, `leads to ${node.name}`)];
  }
  if (node !== undefined && (await examined.running([node])).length === 0) return [];
  const answer = await dial({ ...endpoint, roots: tlsRoots });
  if (answer.outcome === 'refused') {
    return [unreachable(named, mspId, at, `is not reached: ${answer.reason}`)];
  }
  return tlsFindings({ subject: node?.name ?? `${mspId} ${at}`, at, mspId }, answer);
}
