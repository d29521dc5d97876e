import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { address, tlsFiles } from '../../fabric/layout.js';
import type { Check } from '../check.js';
import type { Finding } from '../finding.js';
import { saidLast } from '../log-line.js';
import type { LedgerNode, ExaminedNetwork } from '../examined-network.js';

const logOf = ({ topology }: ExaminedNetwork, name: string): string =>
  join(topology.dataDir, 'logs', `${name}.log`);

const upCommand = ({ topology }: ExaminedNetwork): string =>
  `npx tallystick-network up --data ${topology.dataDir}`;

/** Whether it is the node that is behind its port: by its certificate, or since nobody says otherwise. */
async function isItself(examined: ExaminedNetwork, node: LedgerNode): Promise<boolean> {
  const answer = await examined.tls(node);
  if (answer.outcome !== 'met') return answer.outcome === 'silent';
  const own = new X509Certificate(await readFile(tlsFiles(node.identity).certificate));
  return own.fingerprint256 === answer.certificate.fingerprint256;
}

const taken = (subject: string, port: number, what: string): Finding => ({
  code: 'PORT_TAKEN',
  severity: 'error',
  subject,
  text: `something else ${what} at ${address(port)}`,
  remedy: `end what listens there (ss -ltnp 'sport = :${port}' names it), then start the network anew`,
});

async function down(examined: ExaminedNetwork, { name, port }: LedgerNode): Promise<Finding> {
  const said = await saidLast(logOf(examined, name));
  return {
    code: 'NODE_DOWN',
    severity: 'error',
    subject: name,
    text: `does not run: nothing listens at ${address(port)}, so what only it can tell was not checked; ${said}`,
    remedy: `mend what the log says, then ${upCommand(examined)} (after down, when the rest still runs)`,
  };
}

async function unhealthy(examined: ExaminedNetwork, { name }: LedgerNode, reason: string): Promise<Finding> {
  const text = `runs and is not well: ${reason}; ${await saidLast(logOf(examined, name))}`;
  const remedy = 'mend what the log says, and restart it';
  return { code: 'NODE_UNHEALTHY', severity: 'error', subject: name, text, remedy };
}

const closed = (examined: ExaminedNetwork, { name, directory }: LedgerNode, port: number): Finding => ({
  code: 'PORT_CLOSED',
  severity: 'error',
  subject: name,
  text: `runs, but nothing listens at ${address(port)}: it runs with another configuration than the topology gives`,
  remedy: `compare ${directory} and the topology, then stop the network and ${upCommand(examined)}`,
});

function portsOf(node: LedgerNode): number[] {
  return 'adminPort' in node ? [node.port, node.adminPort] : [node.port];
}

/** What is to be found when nobody speaks for the node on its operations port. */
async function withoutHealth(
  examined: ExaminedNetwork,
  node: LedgerNode,
  open: readonly number[],
): Promise<Finding[]> {
  const [port] = open;
  if (port === undefined) return [await down(examined, node)];
  if (open.includes(node.port) && (await isItself(examined, node))) {
    return [await unhealthy(examined, node, `nothing answers at ${address(node.operationsPort)}`)];
  }
  return open.map((each) => taken(node.name, each, 'listens'));
}

async function nodeFindings(examined: ExaminedNetwork, node: LedgerNode): Promise<Finding[]> {
  const ports = portsOf(node);
  const isOpen = await Promise.all(ports.map(examined.listens));
  const open = ports.filter((_, index) => isOpen[index] === true);
  const { health, reason } = await examined.operations(node);
  if (health === 'silent') return withoutHealth(examined, node, open);
  if (health === 'strange') return [taken(node.name, node.operationsPort, `answers "${reason}"`)];
  const missing = ports.filter((port) => !open.includes(port)).map((port) => closed(examined, node, port));
  return health === 'well' ? missing : [await unhealthy(examined, node, reason), ...missing];
}

const dark = (examined: ExaminedNetwork): Finding => ({
  code: 'NETWORK_DOWN',
  severity: 'error',
  subject: examined.topology.channel,
  text: `nothing of the network in ${examined.topology.dataDir} runs, so that what it could tell was not checked`,
  remedy: upCommand(examined),
});

/** Every peer and orderer: it runs, it is well, and it is itself that listens. */
export const nodes: Check = {
  name: 'processes and ports',
  of: 'fabric',
  within: 12_000,
  async run(examined) {
    if (await examined.isDark()) return [dark(examined)];
    return (await Promise.all(examined.nodes.map((node) => nodeFindings(examined, node)))).flat();
  },
};

/** The embedded node, which is one process and tells nothing of its health. */
export const embeddedNode: Check = {
  name: 'the embedded node',
  of: 'embedded',
  within: 5_000,
  async run(examined) {
    const { topology } = examined;
    const ports = topology.organisations.flatMap(({ peers }) => peers.map(({ port }) => port));
    const isOpen = await Promise.all(ports.map(examined.listens));
    if (!isOpen.some(Boolean)) return [dark(examined)];
    const said = await saidLast(logOf(examined, 'node'));
    return ports
      .filter((_, index) => isOpen[index] !== true)
      .map((port) => ({
        code: 'PORT_CLOSED',
        severity: 'error',
        subject: 'node',
        text: `nothing listens at ${address(port)}, other ports of it are open; ${said}`,
        remedy: `stop the network, then ${upCommand(examined)}`,
      }));
  },
};
