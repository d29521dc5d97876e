import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureTls, replaceFile, tlsFilesIn } from '../identity/index.js';
import type { ProcessSpec } from '../processes/index.js';
import type { Topology } from '../topology/index.js';
import { FabricError } from './errors.js';
import { address, CONNECTIONS, type PeerNode } from './layout.js';
import { bundleDigest, chaincodePackage, connectionFile, type ChaincodePackage } from './package.js';

/** What the server of an organisation runs, and where. */
export interface ChaincodeRun {
  readonly version: string;
  /** Path of the bundle, one file. */
  readonly bundle: string;
  readonly port: number;
  /** Of the process. */
  readonly name: string;
}

/** What peers install, and the process that they then call. */
export interface ChaincodeService {
  readonly package: ChaincodePackage;
  readonly process: ProcessSpec;
}

/** What the server of an organisation is called, after its first peer. */
export const serverName = (first: Pick<PeerNode, 'name'>): string => `chaincode.${first.name}`;

/** Any free port: the server's ready line says which. */
const OPERATIONS = address(0);

const localName = ({ name, mspId }: PeerNode): string => name.slice(0, -mspId.length - 1);
const read = (file: string): Promise<string> => readFile(file, 'utf8');

/** Tells a peer where the service of a package is, and gives it a TLS certificate to show there, made in its own directory. */
async function connect(peer: PeerNode, file: PackageFile, server: string, port: number): Promise<void> {
  const shown = tlsFilesIn(await ensureTls(peer.organisation, `${localName(peer)}-to-chaincode`));
  const { name, content } = connectionFile(file.label, file.digest, {
    address: address(port),
    rootCertificate: await read(tlsFilesIn(server).root),
    clientCertificate: await read(shown.certificate),
    clientKey: await read(shown.key),
  });
  await replaceFile(join(peer.directory, CONNECTIONS, name), content, { isPrivate: true });
}

interface PackageFile {
  readonly label: string;
  readonly digest: string;
}

function processOf(
  topology: Topology,
  { bundle, port, name }: ChaincodeRun,
  id: string,
  tls: string,
): ProcessSpec {
  const { PATH = '', HOME = '', TALLYSTICK_WITNESSES } = process.env;
  const { TALLYSTICK_MAX_AHEAD_SECONDS: ahead, TALLYSTICK_MAX_BEHIND_SECONDS: behind } = process.env;
  const files = tlsFilesIn(tls);
  return {
    name,
    args: [bundle],
    env: {
      PATH,
      HOME,
      NODE_ENV: 'production',
      CORE_CHAINCODE_LOGGING_LEVEL: 'WARNING',
      CORE_CHAINCODE_ID: id,
      TALLYSTICK_CHAINCODE_NAME: topology.chaincode.name,
      ...(TALLYSTICK_WITNESSES !== undefined && { TALLYSTICK_WITNESSES }),
      ...(ahead !== undefined && { TALLYSTICK_MAX_AHEAD_SECONDS: ahead }),
      ...(behind !== undefined && { TALLYSTICK_MAX_BEHIND_SECONDS: behind }),
      CORE_CHAINCODE_ADDRESS: address(port),
      CORE_CHAINCODE_OPERATIONS_ADDRESS: OPERATIONS,
      CORE_CHAINCODE_TLS_KEY_FILE: files.key,
      CORE_CHAINCODE_TLS_CERT_FILE: files.certificate,
      CORE_CHAINCODE_TLS_CLIENT_CACERT_FILE: files.root,
    },
    logFile: join(topology.dataDir, 'logs', `${name}.log`),
    ports: [port],
  };
}

/**
 * The chaincode of an organisation as a service for all its peers: its package and its process. Both ends show certificates of
 * the organisation's TLS authority.
 */
export async function chaincodeService(
  topology: Topology,
  peers: readonly PeerNode[],
  run: ChaincodeRun,
): Promise<ChaincodeService> {
  const [first] = peers;
  if (first === undefined)
    throw new FabricError('TOPOLOGY_UNSUITED', 'an organisation without peers runs no chaincode');
  const server = await ensureTls(first.organisation, `chaincode-${localName(first)}`);
  const label = `${topology.chaincode.name}_${run.version}`;
  const digest = await bundleDigest(run.bundle);
  for (const peer of peers) await connect(peer, { label, digest }, server, run.port);
  const made = await chaincodePackage(label, digest);
  return { package: made, process: processOf(topology, run, made.id, server) };
}
