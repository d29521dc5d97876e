import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers, type Contract } from '@hyperledger/fabric-gateway';
import { FabricError, findBinaries } from '@tallystick/network/fabric';
import {
  defaultTopology,
  organisationDirectory,
  parseTopology,
  type Topology,
} from '@tallystick/network/topology';

export const COUNTER = fileURLToPath(new URL('counter-chaincode.cjs', import.meta.url));

type FabricKind = 'fabric-bft' | 'fabric-raft';

/** The default topology with a chaincode of a few lines, and with changes. */
export async function topologyOf(
  ledger: FabricKind,
  dataDir: string,
  change: (topology: Topology) => unknown = (same) => same,
  basePort?: number,
): Promise<Topology> {
  const port = basePort === undefined ? {} : { basePort };
  return parseTopology(change(await defaultTopology({ dataDir, bundle: COUNTER, ledger, ...port })));
}

/** Skips what needs Fabric where it is missing, and says which programs those are. */
export async function requireFabric(context: Mocha.Context): Promise<void> {
  try {
    await findBinaries();
  } catch (error) {
    if (!(error instanceof FabricError)) throw error;
    process.stderr.write(`    NOT TESTED on real Fabric. ${error.message}\n`);
    context.skip();
  }
}

/** Calls the chaincode through the Gateway of an organisation's peer, with Fabric's own client. */
export async function withContract<T>(
  topology: Topology,
  mspId: string,
  use: (contract: Contract) => Promise<T>,
  chaincode = topology.chaincode.name,
): Promise<T> {
  const directory = organisationDirectory(topology, mspId);
  const user = join(directory, 'users/officer/msp');
  const peer = topology.organisations.find((each) => each.mspId === mspId)!.peers[0]!;
  const root = await readFile(join(directory, 'msp/tlscacerts/tlsca.pem'));
  const client = new grpc.Client(`localhost:${peer.port}`, grpc.credentials.createSsl(root));
  const gateway = connect({
    client,
    hash: hash.sha256,
    identity: { mspId, credentials: await readFile(join(user, 'signcerts/cert.pem')) },
    signer: signers.newPrivateKeySigner(createPrivateKey(await readFile(join(user, 'keystore/key.pem')))),
  });
  try {
    return await use(gateway.getNetwork(topology.channel).getContract(chaincode));
  } finally {
    gateway.close();
    client.close();
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

export const put = (topology: Topology, mspId: string, key: string, value: string): Promise<string> =>
  withContract(topology, mspId, async (contract) =>
    text(await contract.submitTransaction('put', key, value)),
  );

export const get = (topology: Topology, mspId: string, key: string): Promise<string> =>
  withContract(topology, mspId, async (contract) => text(await contract.evaluateTransaction('get', key)));
