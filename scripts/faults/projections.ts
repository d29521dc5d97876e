import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tlsRootFile } from '@tallystick/network/identity';
import { organisationDirectory, peerAddresses } from '@tallystick/network/topology';
import { readIdentities } from '../../gateway/src/identities/index.js';
import { newFabricLedger } from '../../gateway/src/ledger/fabric-ledger.js';
import type { Ledger, LedgerBlock } from '../../gateway/src/ledger/port.js';
import { newProjection } from '../../gateway/src/projection/projection.js';
import type { Space, SpaceGateway } from '../space.js';
import type { Witness } from './witness.js';

const READER = 'operator';
const PATIENCE = 120_000;

/** The ledger as an organisation's own peer tells it. */
export async function ledgerOf({ topology }: Space, { mspId, identitiesDir }: SpaceGateway): Promise<Ledger> {
  const tls = tlsRootFile(organisationDirectory(topology, mspId));
  const [address] = peerAddresses(topology, mspId);
  return newFabricLedger({
    peers: [
      {
        address,
        ...(topology.tls && { tlsRootCertificates: await readFile(tls), serverName: 'localhost' }),
      },
    ],
    channel: topology.channel,
    chaincode: topology.chaincode.name,
    identities: await readIdentities(identitiesDir, mspId),
    reader: READER,
  });
}

/** The ledger's blocks up to a height, and then silence until the reader leaves. */
const until = (ledger: Ledger, height: bigint): Pick<Ledger, 'blocks'> => ({
  async *blocks(from: bigint, signal: AbortSignal): AsyncGenerator<LedgerBlock> {
    for await (const block of ledger.blocks(from, signal)) {
      yield block;
      if (block.number >= height) break;
    }
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  },
});

const named = ({ channel, chaincode }: Space['topology']): { channel: string; chaincode: string } => ({
  channel,
  chaincode: chaincode.name,
});

async function rebuilt({ topology }: Space, ledger: Ledger, height: bigint): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tallystick-rebuild-'));
  const projection = newProjection({
    file: join(directory, 'projection.sqlite'),
    ledger: until(ledger, height),
    ...named(topology),
  });
  try {
    projection.start();
    await projection.reached(height, AbortSignal.timeout(PATIENCE));
    return await projection.digest();
  } finally {
    await projection.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Stops a gateway, compares its projection with one made anew from block 0, and starts it again. Returns the height. */
export async function compareProjection(space: Space, mspId: string, witness: Witness): Promise<bigint> {
  const gateway = space.gateways[mspId];
  if (gateway === undefined) throw new Error(`no gateway for ${mspId}`);
  await gateway.process.stop();
  const ledger = await ledgerOf(space, gateway);
  const kept = newProjection({
    file: join(gateway.dataDir, 'projection.sqlite'),
    ledger,
    ...named(space.topology),
  });
  try {
    const height = await kept.height();
    const digest = await kept.digest();
    const anew = await rebuilt(space, ledger, height);
    if (digest !== anew) {
      witness.violation(`projection of ${mspId} at block ${height} is ${digest}, rebuilt it is ${anew}`);
    }
    return height;
  } finally {
    await kept.close();
    ledger.close();
    await space.restart(mspId);
  }
}
