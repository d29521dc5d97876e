import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { address, tlsRoot, type PeerNode } from '../../fabric/layout.js';
import type { Check } from '../check.js';
import { endpointOf } from '../channel-view.js';
import { dial } from '../dial.js';
import type { Finding } from '../finding.js';
import { reasonOf } from '../one-line.js';
import { isOurselves } from './endpoints.js';

const core = z.object({ peer: z.object({ gossip: z.object({ externalEndpoint: z.string().nullish() }) }) });

const wrong = ({ name }: PeerNode, file: string, told: string, why: string): Finding => ({
  code: 'EXTERNAL_ENDPOINT_WRONG',
  severity: 'error',
  subject: name,
  text: `tells peers of other organisations that it is at ${told}, ${why}`,
  remedy: `set peer.gossip.externalEndpoint in ${file} to where others reach it, and restart it`,
});

const missing = ({ name, port }: PeerNode, file: string): Finding => ({
  code: 'EXTERNAL_ENDPOINT_MISSING',
  severity: 'error',
  subject: name,
  text: 'tells no address to peers of other organisations: they never see it, and their gateways never ask it',
  remedy: `set peer.gossip.externalEndpoint in ${file} (here: ${address(port)}), and restart it`,
});

/** An address elsewhere, such as that of a proxy, leads to this organisation's TLS. */
async function elsewhere(peer: PeerNode, file: string, told: string): Promise<Finding[]> {
  const answer = await dial({
    ...endpointOf(told),
    roots: [await readFile(tlsRoot(peer.organisation), 'utf8')],
  });
  if (answer.outcome === 'met' && answer.distrust === undefined) return [];
  return [wrong(peer, file, told, `where ${peer.mspId} is not met`)];
}

async function peerFindings(peer: PeerNode): Promise<Finding[]> {
  const file = join(peer.directory, 'core.yaml');
  let told: string;
  try {
    told = core.parse(load(await readFile(file, 'utf8'))).peer.gossip.externalEndpoint ?? '';
  } catch (error) {
    const remedy = 'start the network anew, which writes it';
    const text = reasonOf(error);
    return [{ code: 'FILE_UNREADABLE', severity: 'error', subject: file, text, remedy }];
  }
  if (told === '') return [missing(peer, file)];
  const { host, port } = endpointOf(told);
  if (!isOurselves(host)) return elsewhere(peer, file, told);
  return port === peer.port ? [] : [wrong(peer, file, told, `and is at ${address(peer.port)}`)];
}

/** What each peer's configuration tells peers of other organisations about where it is. */
export const externalEndpoints: Check = {
  name: 'external endpoints',
  of: 'fabric',
  within: 10_000,
  async run(examined) {
    if (await examined.isDark()) return [];
    return (await Promise.all(examined.peers.map(peerFindings))).flat();
  },
};
