import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { address, tlsFiles } from '../../fabric/layout.js';
import type { Check } from '../check.js';
import type { Finding } from '../finding.js';
import { saidLast } from '../log-line.js';
import type { LedgerNode, Patient } from '../patient.js';

const logOf = ({ topology }: Patient, name: string): string => join(topology.dataDir, 'logs', `${name}.log`);

const upCommand = ({ topology }: Patient): string => `npx tallystick-network up --data ${topology.dataDir}`;

/** Whether it is the node that is behind its port: by its certificate, or since nobody says otherwise. */
async function isItself(patient: Patient, node: LedgerNode): Promise<boolean> {
  const meeting = await patient.meeting(node);
  if (meeting.outcome !== 'met') return meeting.outcome === 'silent';
  const own = new X509Certificate(await readFile(tlsFiles(node.identity).certificate));
  return own.fingerprint256 === meeting.certificate.fingerprint256;
}

const taken = (subject: string, port: number, what: string): Finding => ({
  code: 'PORT_TAKEN',
  severity: 'error',
  subject,
  text: `something else ${what} at ${address(port)}`,
  remedy: `end what listens there (ss -ltnp 'sport = :${port}' names it), then start the network anew`,
});

async function down(patient: Patient, { name, port }: LedgerNode): Promise<Finding> {
  const said = await saidLast(logOf(patient, name));
  return {
    code: 'NODE_DOWN',
    severity: 'error',
    subject: name,
    text: `does not run: nothing listens at ${address(port)}, so what only it can tell was not checked; ${said}`,
    remedy: `mend what the log says, then ${upCommand(patient)} (after down, when the rest still runs)`,
  };
}

async function unhealthy(patient: Patient, { name }: LedgerNode, reason: string): Promise<Finding> {
  const text = `runs and is not well: ${reason}; ${await saidLast(logOf(patient, name))}`;
  const remedy = 'mend what the log says, and restart it';
  return { code: 'NODE_UNHEALTHY', severity: 'error', subject: name, text, remedy };
}

const closed = (patient: Patient, { name, directory }: LedgerNode, port: number): Finding => ({
  code: 'PORT_CLOSED',
  severity: 'error',
  subject: name,
  text: `runs, but nothing listens at ${address(port)}: it runs with another configuration than the topology gives`,
  remedy: `compare ${directory} and the topology, then stop the network and ${upCommand(patient)}`,
});

function portsOf(node: LedgerNode): number[] {
  return 'adminPort' in node ? [node.port, node.adminPort] : [node.port];
}

/** What is to be found when nobody speaks for the node on its operations port. */
async function withoutHealth(
  patient: Patient,
  node: LedgerNode,
  open: readonly number[],
): Promise<Finding[]> {
  const [port] = open;
  if (port === undefined) return [await down(patient, node)];
  if (open.includes(node.port) && (await isItself(patient, node))) {
    return [await unhealthy(patient, node, `nothing answers at ${address(node.operationsPort)}`)];
  }
  return open.map((each) => taken(node.name, each, 'listens'));
}

async function nodeFindings(patient: Patient, node: LedgerNode): Promise<Finding[]> {
  const ports = portsOf(node);
  const isOpen = await Promise.all(ports.map(patient.listens));
  const open = ports.filter((_, index) => isOpen[index] === true);
  const { health, reason } = await patient.operations(node);
  if (health === 'silent') return withoutHealth(patient, node, open);
  if (health === 'strange') return [taken(node.name, node.operationsPort, `answers "${reason}"`)];
  const missing = ports.filter((port) => !open.includes(port)).map((port) => closed(patient, node, port));
  return health === 'well' ? missing : [await unhealthy(patient, node, reason), ...missing];
}

const dark = (patient: Patient): Finding => ({
  code: 'NETWORK_DOWN',
  severity: 'error',
  subject: patient.topology.channel,
  text: `nothing of the network in ${patient.topology.dataDir} runs, so that what it could tell was not checked`,
  remedy: upCommand(patient),
});

/** Every peer and orderer: it runs, it is well, and it is itself that listens. */
export const nodes: Check = {
  name: 'processes and ports',
  of: 'fabric',
  within: 12_000,
  async run(patient) {
    if (await patient.isDark()) return [dark(patient)];
    return (await Promise.all(patient.nodes.map((node) => nodeFindings(patient, node)))).flat();
  },
};

/** The embedded node, which is one process and tells nothing of its health. */
export const embeddedNode: Check = {
  name: 'the embedded node',
  of: 'embedded',
  within: 5_000,
  async run(patient) {
    const { topology } = patient;
    const ports = topology.organisations.flatMap(({ peers }) => peers.map(({ port }) => port));
    const isOpen = await Promise.all(ports.map(patient.listens));
    if (!isOpen.some(Boolean)) return [dark(patient)];
    const said = await saidLast(logOf(patient, 'node'));
    return ports
      .filter((_, index) => isOpen[index] !== true)
      .map((port) => ({
        code: 'PORT_CLOSED',
        severity: 'error',
        subject: 'node',
        text: `nothing listens at ${address(port)}, other ports of it are open; ${said}`,
        remedy: `stop the network, then ${upCommand(patient)}`,
      }));
  },
};
