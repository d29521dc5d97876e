import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { common } from '@hyperledger/fabric-protos';
import { startFabricNetwork, type FabricNetwork } from '@tallystick/network/fabric';
import { freePorts } from '@tallystick/network/processes';
import type { Topology } from '@tallystick/network/topology';
import { COUNTER, get, put, requireFabric, topologyOf, withContract } from './fixture.js';

const MEMBERS = ['SteelMSP', 'ComponentMSP', 'RegulatorMSP'];

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const heightAt = (topology: Topology, mspId: string): Promise<number> =>
  withContract(
    topology,
    mspId,
    async (qscc) =>
      common.BlockchainInfo.deserializeBinary(
        await qscc.evaluateTransaction('GetChainInfo', topology.channel),
      ).getHeight(),
    'qscc',
  );

/** As a client with patience does it: what has failed is tried again. */
async function putAtLast(topology: Topology, key: string, value: string): Promise<void> {
  const until = Date.now() + 40_000;
  for (;;) {
    try {
      await put(topology, 'SteelMSP', key, value);
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await delay(200);
    }
  }
}

const kinds = [
  { kind: 'fabric-bft', killed: ['orderer0.Orderer1MSP', 'orderer0.Orderer3MSP'] },
  { kind: 'fabric-raft', killed: ['orderer0.Orderer1MSP'] },
] as const;

for (const { kind, killed } of kinds) {
  describe(`fabric: a network of ${kind}`, function () {
    let topology: Topology;
    let directory: string | undefined;
    let network: FabricNetwork | undefined;
    const said: string[] = [];

    const start = async (changed: Topology = topology): Promise<FabricNetwork> =>
      (network = await startFabricNetwork(changed, { say: (line) => said.push(line) }));

    before(async function () {
      await requireFabric(this);
      directory = await mkdtemp(join(tmpdir(), 'tallystick-fabric-'));
      topology = await topologyOf(kind, directory);
    });

    after(async () => {
      await network?.stop();
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    });

    it('comes up from nothing and commits', async () => {
      const began = Date.now();
      const { nodes } = await start();
      expect(await put(topology, 'SteelMSP', 'first', 'value')).to.equal('value');
      process.stderr.write(`      (from nothing to the first commit: ${Date.now() - began} ms)\n`);
      for (const mspId of MEMBERS) expect(await get(topology, mspId, 'first')).to.equal('value');
      const orderers = kind === 'fabric-bft' ? 4 : 1;
      expect(Object.keys(nodes)).to.have.length(3 + 3 + orderers);
    });

    for (const name of [...killed, 'peer0.SteelMSP', 'peer0.RegulatorMSP', 'chaincode.peer0.SteelMSP']) {
      it(`goes on after kill -9 of ${name}, which comes back by itself`, async () => {
        const node = network!.nodes[name]!;
        const { pid } = node;
        await node.kill();
        await putAtLast(topology, name, 'written');
        await node.running();
        expect(node.pid).not.to.equal(pid);
        expect(node.restarts).to.equal(1);
        expect(isAlive(pid)).to.equal(false);
      });
    }

    it('leaves no process when it stops', async () => {
      const pids = Object.values(network!.nodes).map(({ pid }) => pid);
      expect(pids.every(isAlive)).to.equal(true);
      await network!.stop();
      expect(pids.filter(isAlive)).to.deep.equal([]);
    });

    it('comes up on the same data as it was', async () => {
      const genesis = join(topology.dataDir, 'fabric/genesis.block');
      const before = await readFile(genesis);
      await start();
      expect(await get(topology, 'ComponentMSP', 'first')).to.equal('value');
      await put(topology, 'ComponentMSP', 'second', 'value');
      expect((await readFile(genesis)).equals(before)).to.equal(true);
      await network!.stop();
    });

    it('approves a bundle that has changed, and runs it', async () => {
      // Beside the other, where it finds its packages.
      const bundle = join(dirname(COUNTER), `.changed-${process.pid}.cjs`);
      await copyFile(COUNTER, bundle);
      await writeFile(bundle, '\n// changed\n', { flag: 'a' });
      try {
        said.length = 0;
        await start({ ...topology, chaincode: { ...topology.chaincode, bundle } });
        expect(said.filter((line) => line.includes('approves another bundle'))).to.have.length(3);
        await put(topology, 'RegulatorMSP', 'third', 'value');
        const heights = await Promise.all(MEMBERS.map((mspId) => heightAt(topology, mspId)));
        expect(Math.max(...heights)).to.be.greaterThan(6);
      } finally {
        await network!.stop();
        await rm(bundle);
      }
    });
  });
}

describe('fabric: a network with two peers in an organisation, and a policy of its own', function () {
  it('runs the same package at both, and endorses', async function () {
    await requireFabric(this);
    const directory = await mkdtemp(join(tmpdir(), 'tallystick-fabric-'));
    const [port, chaincodePort, operationsPort] = await freePorts(3);
    const peer = { name: 'peer1', port, chaincodePort, operationsPort };
    const topology = await topologyOf('fabric-raft', directory, (from) => {
      const [steel, ...rest] = from.organisations;
      return {
        ...from,
        organisations: [{ ...steel, peers: [...steel!.peers, peer] }, ...rest],
        endorsement: {
          n: 2,
          of: ['SteelMSP', 'ComponentMSP'].map((mspId) => ({ signedBy: { mspId, role: 'peer' } })),
        },
      };
    });
    // That both peers of the organisation reach the chaincode is what the start waits for.
    const network = await startFabricNetwork(topology);
    try {
      expect(Object.keys(network.nodes)).to.include.members(['peer0.SteelMSP', 'peer1.SteelMSP']);
      await put(topology, 'RegulatorMSP', 'key', 'value');
    } finally {
      await network.stop();
      await rm(directory, { recursive: true, force: true });
    }
    expect(existsSync(directory)).to.equal(false);
  });
});
