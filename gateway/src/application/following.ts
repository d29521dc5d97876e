import { join } from 'node:path';
import type { Logger } from 'pino';
import type { GatewayConfig } from '../config/gateway.js';
import type { Host } from '../feature/host.js';
import { newFabricLedger } from '../ledger/fabric-ledger.js';
import type { PeerAddress } from '../ledger/connection.js';
import { readPeerAddresses } from '../ledger/peer-addresses.js';
import type { Ledger } from '../ledger/port.js';
import { PROJECTION_FAILPOINTS } from '../projection/failpoint.js';
import type { FollowedProjection } from '../projection/port.js';
import { newProjection } from '../projection/projection.js';
import type { Identities } from './identities.js';
import type { Started } from './started.js';

/** The own peers, and the ledger through them. */
export async function connect(
  config: GatewayConfig,
  identities: Identities,
  log: Logger,
  started: Started,
): Promise<{ readonly peers: readonly PeerAddress[]; readonly ledger: Ledger }> {
  const peers = await readPeerAddresses(config.peers, config.mspId, config.channel);
  const ledger = newFabricLedger({
    peers,
    channel: config.channel,
    chaincode: config.chaincode,
    identities,
    reader: config.operatorIdentity,
    limits: { inFlight: config.inFlight, waiting: config.waiting },
    deadlines: {
      endorse: config.endorseTimeout,
      submit: config.endorseTimeout,
      commit: config.commitTimeout,
    },
    onDisconnect: (err, pause, peer) =>
      log.warn({ err, pause, peer }, 'the peer’s block stream ended; connecting again'),
  });
  started.add(() => ledger.close());
  return { peers, ledger };
}

/** Follows the blocks from where it stopped last. */
export function follow(
  { dataDir, channel, chaincode }: GatewayConfig,
  { ledger, failpoints, log }: Pick<Host, 'ledger' | 'failpoints' | 'log'>,
  started: Started,
): FollowedProjection {
  const projection = newProjection({
    file: join(dataDir, 'projection.sqlite'),
    ledger,
    channel,
    chaincode,
    failpoints: failpoints(PROJECTION_FAILPOINTS),
    onAlarm: (err) => log.fatal({ err }, 'the projection has stopped: a block does not fit'),
  });
  started.add(() => projection.close());
  projection.start();
  return projection;
}
