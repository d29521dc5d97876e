import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { serverName } from '../../fabric/chaincode-server.js';
import { HOST, tlsRoot, type PeerNode } from '../../fabric/layout.js';
import { tlsFilesIn } from '../../identity/index.js';
import { connectionOf, type Connection } from '../chaincode-connection.js';
import type { Check } from '../check.js';
import { dial } from '../dial.js';
import type { Finding } from '../finding.js';
import { saidLast } from '../log-line.js';
import { reasonOf } from '../one-line.js';
import type { ExaminedNetwork } from '../examined-network.js';
import { textOf } from './endpoints.js';

/** One process serves all peers of an organisation. */
const processOf = ({ peers }: ExaminedNetwork, peer: PeerNode): string =>
  serverName(peers.find(({ mspId }) => mspId === peer.mspId) ?? peer);

/** The newest log of a process: after an upgrade it has the version in its name. */
async function newestLog({ topology }: ExaminedNetwork, name: string): Promise<string> {
  const directory = join(topology.dataDir, 'logs');
  const names = await readdir(directory).catch((): string[] => []);
  const own = names.filter((each) => each === `${name}.log` || each.startsWith(`${name}@`));
  const files = await Promise.all(
    own.map(async (each) => ({ each, at: (await stat(join(directory, each))).mtimeMs })),
  );
  const [newest] = files.sort((a, b) => b.at - a.at);
  return join(directory, newest?.each ?? `${name}.log`);
}

async function unreachable(
  examined: ExaminedNetwork,
  peer: PeerNode,
  at: string,
  reason: string,
): Promise<Finding> {
  const name = processOf(examined, peer);
  const { dataDir } = examined.topology;
  return {
    code: 'CHAINCODE_UNREACHABLE',
    severity: 'error',
    subject: name,
    text: `is not at ${at}, where ${peer.name} calls it (${reason}), which cannot endorse therefore; ${await saidLast(await newestLog(examined, name))}`,
    remedy: `mend what the log says, then npx tallystick-network up --data ${dataDir} (after down, when the rest still runs)`,
  };
}

const tlsFails = (subject: string, peer: PeerNode, why: string): Finding => ({
  code: 'CHAINCODE_TLS',
  severity: 'error',
  subject,
  text: `${peer.name} and its chaincode do not accept each other: ${why}`,
  remedy: `let both have certificates of ${peer.mspId}’s TLS authority (servers/ in its directory), and start the network anew`,
});

/** What the peer is told when nothing is installed yet, or nobody knows what. */
async function proposed(
  { peers }: ExaminedNetwork,
  { mspId, organisation }: PeerNode,
): Promise<Connection | undefined> {
  const first = peers.find((each) => each.mspId === mspId);
  if (first === undefined) return undefined;
  const own = tlsFilesIn(
    join(organisation, 'servers', `${first.name.slice(0, -mspId.length - 1)}-to-chaincode`),
  );
  const [root = '', certificate = '', key = ''] = await Promise.all(
    [tlsRoot(organisation), own.certificate, own.key].map((path) => readFile(path, 'utf8')),
  );
  return { host: HOST, port: first.chaincodePort, root, client: { certificate, key } };
}

async function connectionFor(examined: ExaminedNetwork, peer: PeerNode): Promise<Connection | undefined> {
  // That it cannot be asked is told of by the check of the definition.
  const view = await examined.chaincode(peer).catch(() => undefined);
  const packageId = view?.approved?.packageId;
  const found = packageId === undefined ? undefined : await connectionOf(peer, packageId);
  return found ?? proposed(examined, peer);
}

/** Meets the chaincode as its peer does: both show certificates of the organisation's TLS authority. */
async function serverFindings(examined: ExaminedNetwork, peer: PeerNode): Promise<Finding[]> {
  const name = processOf(examined, peer);
  try {
    const connection = await connectionFor(examined, peer);
    if (connection === undefined) return [];
    const { host, port, root, client } = connection;
    const answer = await dial({ host, port, roots: [root], client });
    if (answer.outcome === 'refused') {
      return [await unreachable(examined, peer, textOf({ host, port }), answer.reason)];
    }
    const why = answer.outcome === 'met' ? answer.distrust : answer.reason;
    if (why !== undefined) return [tlsFails(name, peer, why)];
    const isNamed = answer.outcome === 'met' && answer.isNamed;
    return isNamed ? [] : [tlsFails(name, peer, `its certificate does not name ${host}`)];
  } catch (error) {
    return [tlsFails(name, peer, reasonOf(error))];
  }
}

/** The chaincode of every peer runs where the peer calls it, and both accept each other. */
export const chaincodeServers: Check = {
  name: 'chaincode',
  of: 'fabric',
  within: 25_000,
  async run(examined) {
    if (await examined.isDark()) return [];
    return (await Promise.all(examined.peers.map((peer) => serverFindings(examined, peer)))).flat();
  },
};
