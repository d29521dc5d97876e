import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tlsFiles, type OrdererNode } from '../../fabric/layout.js';
import { organisationDirectory, type Topology } from '../../topology/index.js';
import type { Check } from '../check.js';
import type { ChannelOrganisation, ChannelView, Consenter } from '../channel-view.js';
import type { Finding } from '../finding.js';
import { nodeAt } from './endpoints.js';

const UNREADABLE = 'unreadable';

/** What files that another check tells of are compared as. */
const keyOf = (pem: string): string => {
  try {
    return new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    return UNREADABLE;
  }
};

const keyAt = async (path: string): Promise<string> => keyOf(await readFile(path, 'utf8').catch(() => ''));

const notMember = (mspId: string, role: string): Finding => ({
  code: 'ORGANISATION_NOT_IN_CHANNEL',
  severity: 'error',
  subject: mspId,
  text: `has ${role} in the topology and is no such member of the channel`,
  remedy: 'have the members of the channel add it by a configuration update, or correct the topology',
});

const otherAuthority = (mspId: string, path: string): Finding => ({
  code: 'AUTHORITY_NOT_IN_CHANNEL',
  severity: 'error',
  subject: mspId,
  text: `the channel does not know the authority in ${path}: what it issues counts for nothing there`,
  remedy:
    'bring the authority back that the channel knows, or update the channel configuration with the new one',
});

async function authorityFindings(topology: Topology, known: ChannelOrganisation): Promise<Finding[]> {
  const { mspId, roots, tlsRoots } = known;
  const msp = join(organisationDirectory(topology, mspId), 'msp');
  const pairs = [
    [join(msp, 'cacerts/ca.pem'), roots],
    [join(msp, 'tlscacerts/tlsca.pem'), tlsRoots],
  ] as const;
  const found = pairs.map(async ([path, pems]) => {
    const key = await keyAt(path);
    return key === UNREADABLE || pems.some((pem) => keyOf(pem) === key) ? [] : [otherAuthority(mspId, path)];
  });
  return (await Promise.all(found)).flat();
}

async function organisationFindings(topology: Topology, view: ChannelView): Promise<Finding[]> {
  const wanted = topology.organisations.flatMap(({ mspId, peers, orderers }) => [
    ...(peers.length > 0 ? [{ mspId, role: 'peers', members: view.application }] : []),
    ...(orderers.length > 0 ? [{ mspId, role: 'orderers', members: view.ordering }] : []),
  ]);
  const found = wanted.map(({ mspId, role, members }) => {
    const known = members.find((each) => each.mspId === mspId);
    return known === undefined
      ? Promise.resolve([notMember(mspId, role)])
      : authorityFindings(topology, known);
  });
  return (await Promise.all(found)).flat();
}

const keyDiffers = ({ name }: OrdererNode, path: string): Finding => ({
  code: 'CONSENTER_KEY_DIFFERS',
  severity: 'error',
  subject: name,
  text: `the channel knows it by another key than that of ${path}: the other orderers do not talk to it`,
  remedy:
    'renew certificates of orderers with the same key, or update the channel configuration (ConsenterMapping) first',
});

async function consenterFindings(orderer: OrdererNode, { certificates }: Consenter): Promise<Finding[]> {
  const { server, client, identity } = certificates;
  const shown = tlsFiles(orderer.identity).certificate;
  const pairs = [
    [server, shown],
    [client, shown],
    ...(identity === undefined
      ? []
      : [[identity, join(orderer.identity, 'msp/signcerts/cert.pem')] as const]),
  ] as const;
  const found = pairs.map(async ([pem, path]) => {
    const key = await keyAt(path);
    return key === UNREADABLE || key === keyOf(pem) ? [] : [keyDiffers(orderer, path)];
  });
  return (await Promise.all(found)).flat();
}

/** Who is on the channel, and by which keys: the same as on disk. */
export const membership: Check = {
  name: 'membership of the channel',
  of: 'fabric',
  within: 20_000,
  async run(examined) {
    if ((await examined.running(examined.peers)).length === 0) return [];
    const view = await examined.channel();
    const consenters = view.consenters.map((each) => {
      const orderer = nodeAt(examined.orderers, each);
      return orderer === undefined ? Promise.resolve([]) : consenterFindings(orderer, each);
    });
    const organisations = await organisationFindings(examined.topology, view);
    return [...organisations, ...(await Promise.all(consenters)).flat()];
  },
};
