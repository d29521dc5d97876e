import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureTls, replaceFile } from '../identity/index.js';
import type { ProcessSpec } from '../processes/index.js';
import type { Topology } from '../topology/index.js';
import { address, CONNECTIONS, type PeerNode } from './layout.js';
import { bundleDigest, chaincodePackage, connectionFile, type ChaincodePackage } from './package.js';

/** A version of the chaincode: what is deployed and what its servers run. */
export interface ChaincodeVersion {
  readonly version: string;
  /** Path of the bundle, one file. */
  readonly bundle: string;
}

/** What a peer installs, and the process that it then calls. */
export interface ChaincodeService {
  readonly package: ChaincodePackage;
  readonly process: ProcessSpec;
}

const localName = ({ name, mspId }: PeerNode): string => name.slice(0, -mspId.length - 1);

/**
 * The chaincode of one peer as a service of its own, at a port: its package and its process. Both ends show certificates of
 * the organisation's TLS authority, made in its own directory.
 */
export async function chaincodeService(
  topology: Topology,
  peer: PeerNode,
  { version, bundle }: ChaincodeVersion,
  port = peer.chaincodePort,
): Promise<ChaincodeService> {
  const server = await ensureTls(peer.organisation, `chaincode-${localName(peer)}`);
  const client = await ensureTls(peer.organisation, `${localName(peer)}-to-chaincode`);
  const read = (directory: string, file: string): Promise<string> => readFile(join(directory, file), 'utf8');
  const label = `${topology.chaincode.name}_${version}`;
  const digest = await bundleDigest(bundle);
  const { name, content } = connectionFile(label, digest, {
    address: address(port),
    rootCertificate: await read(server, 'ca.crt'),
    clientCertificate: await read(client, 'server.crt'),
    clientKey: await read(client, 'server.key'),
  });
  await replaceFile(join(peer.directory, CONNECTIONS, name), content, { isPrivate: true });
  const made = await chaincodePackage(label, digest);
  const { PATH = '', HOME = '' } = process.env;
  return {
    package: made,
    process: {
      name: `chaincode.${peer.name}`,
      args: [bundle],
      env: {
        PATH,
        HOME,
        NODE_ENV: 'production',
        CORE_CHAINCODE_LOGGING_LEVEL: 'WARNING',
        CORE_CHAINCODE_ID: made.id,
        CORE_CHAINCODE_ADDRESS: address(port),
        CORE_CHAINCODE_TLS_KEY_FILE: join(server, 'server.key'),
        CORE_CHAINCODE_TLS_CERT_FILE: join(server, 'server.crt'),
        CORE_CHAINCODE_TLS_CLIENT_CACERT_FILE: join(server, 'ca.crt'),
      },
      logFile: join(topology.dataDir, 'logs', `chaincode.${peer.name}.log`),
      ports: [port],
    },
  };
}
