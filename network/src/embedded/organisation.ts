import type { LedgerSpec } from './bootstrap.js';
import type { EmbeddedNodeConfig } from './config.js';
import type { Peer } from './endorsement-plan.js';
import { EmbeddedNodeError } from './errors.js';
import type { Identities } from './identities.js';
import { readMspConfig } from './msp-directory.js';
import { readSigner, type Signer } from './signer.js';

/** A peer of the node with where its keys are; the address is final once it listens. */
export interface OwnPeer extends Peer {
  address: string;
  readonly peerDir: string;
}

/** Reads the peer identity of every organisation. */
export function readPeers({ organisations }: EmbeddedNodeConfig): Promise<OwnPeer[]> {
  return Promise.all(
    organisations.map(async ({ mspId, peerDir, listen }) => ({
      mspId,
      peerDir,
      address: listen,
      signer: await readSigner(peerDir, mspId, 'peer'),
    })),
  );
}

/** What the ledger must look like: everything in the configuration that ends up in blocks. */
export async function readLedgerSpec(
  config: EmbeddedNodeConfig,
  peers: readonly OwnPeer[],
): Promise<LedgerSpec> {
  const { channel, chaincode, endorsement, batch } = config;
  const [first, ...others] = peers.map(({ signer }) => signer);
  if (!first) throw new Error('a checked configuration has at least one organisation');
  const [organisations, ordererMsp, orderer] = await Promise.all([
    Promise.all(config.organisations.map(({ mspDir, mspId }) => readMspConfig(mspDir, mspId))),
    readMspConfig(config.orderer.mspDir, config.orderer.mspId),
    readSigner(config.orderer.ordererDir, config.orderer.mspId, 'orderer'),
  ]);
  const group = { organisations, orderer: ordererMsp, chaincode: chaincode.name, batch };
  return { channel, group, chaincode, endorsement, orderer, peers: [first, ...others] };
}

/**
 * Every identity the node signs with must be one its own channel accepts, or nothing would ever be valid.
 * @throws EmbeddedNodeError IDENTITY_UNREADABLE
 */
export function checkSigners(identities: Identities, signers: readonly Signer[]): void {
  for (const { identity, mspId } of signers) {
    const problem = identities.find(identity)?.problem;
    if (problem !== undefined) throw new EmbeddedNodeError('IDENTITY_UNREADABLE', `${mspId}: ${problem}`);
  }
}
