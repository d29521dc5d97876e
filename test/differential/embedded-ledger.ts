import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newLog, startNode, type EmbeddedNode } from '@tallystick/network/embedded';
import { createOrganisation, memberDirectory, readIdentity } from '@tallystick/network/identity';
import { bundleChaincode, CHAINCODE } from './bundle.js';
import { newOutsiders } from './identities.js';
import type { PeerAccess, RunningLedger } from './ledger.js';
import { ORGANISATIONS, type MspId } from './program.js';

const CHANNEL = 'ledger';
const ORDERER = 'OrdererMSP';
const BATCH = { timeoutMs: 500, maxMessages: 5000 };

async function makeOrganisations(directory: string): Promise<void> {
  await Promise.all(
    [...ORGANISATIONS, ORDERER].map((mspId) =>
      createOrganisation(join(directory, mspId), {
        mspId,
        name: mspId,
        domain: `${mspId.toLowerCase()}.example`,
        peers: mspId === ORDERER ? [] : [{ name: 'peer0' }],
        orderers: mspId === ORDERER ? [{ name: 'orderer0' }] : [],
        users: mspId === ORDERER ? [] : [{ name: 'user', ou: 'client' }],
      }),
    ),
  );
}

async function startIn(directory: string): Promise<EmbeddedNode> {
  await makeOrganisations(directory);
  const member = (mspId: string, role: 'peer' | 'orderer', name: string): string =>
    memberDirectory(join(directory, mspId), role, name);
  return startNode(
    {
      dataDir: join(directory, 'data'),
      channel: CHANNEL,
      chaincode: { ...CHAINCODE, bundle: await bundleChaincode(directory) },
      organisations: ORGANISATIONS.map((mspId) => ({
        mspId,
        mspDir: join(directory, mspId, 'msp'),
        peerDir: member(mspId, 'peer', 'peer0'),
        listen: '127.0.0.1:0',
      })),
      orderer: {
        mspId: ORDERER,
        mspDir: join(directory, ORDERER, 'msp'),
        ordererDir: member(ORDERER, 'orderer', 'orderer0'),
      },
      batch: BATCH,
      tls: false,
    },
    { log: newLog(() => undefined, 'error') },
  );
}

/** A fresh embedded node with the test chaincode, in a directory that is gone after `stop`. */
export async function startEmbeddedLedger(): Promise<RunningLedger> {
  const directory = await mkdtemp(join(tmpdir(), 'differential-'));
  const node = await startIn(directory);
  const client = (mspId: MspId): ReturnType<typeof readIdentity> =>
    readIdentity(join(memberDirectory(join(directory, mspId), 'client', 'user'), 'msp'), mspId);
  const peer = (mspId: MspId): PeerAccess => ({
    address: node.organisations.find((each) => each.mspId === mspId)?.address ?? '',
  });
  const [Org1MSP, Org2MSP, Org3MSP] = [
    await client('Org1MSP'),
    await client('Org2MSP'),
    await client('Org3MSP'),
  ];
  return {
    channel: CHANNEL,
    chaincode: CHAINCODE.name,
    peers: { Org1MSP: peer('Org1MSP'), Org2MSP: peer('Org2MSP'), Org3MSP: peer('Org3MSP') },
    identities: {
      Org1MSP,
      Org2MSP,
      Org3MSP,
      ...(await newOutsiders(directory, Org1MSP)),
    },
    isCutWhenIdle: true,
    async stop() {
      await node.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
