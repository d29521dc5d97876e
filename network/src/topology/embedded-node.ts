import { join } from 'node:path';
import type { EmbeddedNodeConfigInput } from '../embedded/config.js';
import { memberDirectory } from '../identity/index.js';
import { TopologyError } from './errors.js';
import { organisationDirectory } from './identities.js';
import type { Topology } from './schema.js';

/** The addresses of an organisation's own peers, the first one first. Throws a `TopologyError` where it has none. */
export function peerAddresses(topology: Topology, mspId: string): readonly [string, ...string[]] {
  const peers = topology.organisations.find((each) => each.mspId === mspId)?.peers ?? [];
  const [first, ...others] = peers.map(({ port }) => `127.0.0.1:${port}`);
  if (first === undefined)
    throw new TopologyError([{ path: 'organisations', message: `${mspId} has no peer` }]);
  return [first, ...others];
}

/** Configuration of the embedded node for a topology of that kind (network/src/embedded/README.md). */
export function embeddedNodeConfig(topology: Topology): EmbeddedNodeConfigInput {
  const { channel, chaincode, endorsement, batch, tls, dataDir } = topology;
  const directory = (mspId: string): string => organisationDirectory(topology, mspId);
  const organisations = topology.organisations.flatMap(({ mspId, peers }) =>
    peers.map(({ name, port }) => ({
      mspId,
      mspDir: join(directory(mspId), 'msp'),
      peerDir: memberDirectory(directory(mspId), 'peer', name),
      listen: `127.0.0.1:${port}`,
    })),
  );
  const [orderer] = topology.organisations.flatMap(({ mspId, orderers }) =>
    orderers.map(({ name }) => ({
      mspId,
      mspDir: join(directory(mspId), 'msp'),
      ordererDir: memberDirectory(directory(mspId), 'orderer', name),
    })),
  );
  if (orderer === undefined)
    throw new TopologyError([{ path: 'organisations', message: 'none has an orderer' }]);
  return {
    dataDir: join(dataDir, 'node'),
    channel,
    chaincode,
    organisations,
    orderer,
    endorsement,
    batch,
    tls,
  };
}
