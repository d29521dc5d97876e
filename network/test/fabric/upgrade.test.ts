import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { FabricError, startFabricNetwork, type FabricNetwork } from '@tallystick/network/fabric';
import type { Topology } from '@tallystick/network/topology';
import { COUNTER, get, put, requireFabric, topologyOf } from './fixture.js';

const MEMBERS = ['SteelMSP', 'ComponentMSP', 'RegulatorMSP'];

/** Another bundle that does the same. It requires its packages by path, so that its copy finds them. */
async function changedBundle(directory: string, mark: string): Promise<string> {
  const source = await readFile(COUNTER, 'utf8');
  const header = `require = require('node:module').createRequire(${JSON.stringify(COUNTER)}); // ${mark}\n`;
  const file = join(directory, `${mark}.cjs`);
  await writeFile(file, header + source);
  return file;
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  return error instanceof FabricError ? error.code : error instanceof Error ? error.name : 'done';
}

const chaincodes = ({ nodes }: FabricNetwork): string[] =>
  Object.keys(nodes).filter((name) => name.startsWith('chaincode.'));

describe('fabric: an upgrade of the chaincode', function () {
  let directory: string;
  let topology: Topology;
  let network: FabricNetwork;
  let second: string;
  let stop: () => Promise<void> = () => Promise.resolve();

  before(async function () {
    await requireFabric(this);
    directory = await mkdtemp(join(tmpdir(), 'tallystick-upgrade-'));
    topology = await topologyOf('fabric-raft', join(directory, 'network'));
    second = await changedBundle(directory, 'second');
    network = await startFabricNetwork(topology);
    stop = async () => {
      await network.stop();
      await rm(directory, { recursive: true, force: true });
    };
  });
  after(() => stop());

  it('begins with the version of the topology', () => {
    expect(network.chaincode).to.include({ version: '2.0.0', sequence: 1 });
    expect(network.chaincode.packageId).to.match(/^tallystick_0\.1\.0:[0-9a-f]{64}$/);
  });

  it('does nothing for what is deployed', async () => {
    const pids = Object.values(network.nodes).map(({ pid }) => pid);
    const again = await network.upgrade({ version: '2.0.0', bundle: COUNTER });
    expect(again).to.deep.equal(network.chaincode).and.include({ sequence: 1 });
    expect(Object.values(network.nodes).map(({ pid }) => pid)).to.deep.equal(pids);
  });

  it('refuses another bundle under the same version, a bundle that is not there, and a version that is none or goes back', async () => {
    const ask = (version: string, bundle: string): Promise<string> =>
      codeOf(network.upgrade({ version, bundle }));
    expect(await ask('2.0.0', second)).to.equal('VERSION_TAKEN');
    expect(await ask('2.1.0', join(directory, 'absent.cjs'))).to.equal('CHAINCODE_UNFIT');
    expect(await ask('0.2 0', second)).to.equal('TopologyError');
    expect(await ask('1.9.0', second)).to.equal('CHAINCODE_UNFIT');
  });

  it('is as it was when a bundle does not start', async () => {
    const broken = join(directory, 'broken.cjs');
    await writeFile(broken, 'throw new Error("broken")\n');
    expect(await codeOf(network.upgrade({ version: '2.1.0', bundle: broken }))).to.equal('ProcessError');
    expect(network.chaincode.sequence).to.equal(1);
    expect(chaincodes(network)).to.have.length(3);
    expect(existsSync(join(topology.dataDir, 'fabric/chaincode.json'))).to.equal(false);
    await put(topology, 'SteelMSP', 'a', 'b');
  });

  it('switches every peer to the new version and stops the old servers', async () => {
    const old = chaincodes(network).map((name) => network.nodes[name]!);
    const began = Date.now();
    const upgrading = network.upgrade({ version: '2.1.0', bundle: second, graceMs: 500 });
    expect(await codeOf(network.upgrade({ version: '2.2.0', bundle: second }))).to.equal('UPGRADE_UNDER_WAY');
    expect(await upgrading).to.include({ version: '2.1.0', sequence: 2 });
    process.stderr.write(`      (upgraded in ${Date.now() - began} ms, grace of 500 ms included)\n`);
    expect(old.map(({ isRunning }) => isRunning)).to.deep.equal([false, false, false]);
    expect(chaincodes(network).sort()).to.deep.equal(
      MEMBERS.map((mspId) => `chaincode.peer0.${mspId}`).sort(),
    );
    for (const mspId of MEMBERS) await put(topology, mspId, `from ${mspId}`, 'value');
  });

  it('keeps the new version running, and supervised', async () => {
    const node = network.nodes['chaincode.peer0.SteelMSP']!;
    await node.kill();
    await node.running();
    expect(node.restarts).to.equal(1);
    // The peer dials again when it is next asked to, and that call may fail.
    await put(topology, 'SteelMSP', 'after', 'a kill').catch(() => delay(1_000));
    await put(topology, 'SteelMSP', 'after', 'a kill');
  });

  it('comes up with the new version, whatever became of its file', async () => {
    const { chaincode } = network;
    await network.stop();
    await rm(second);
    network = await startFabricNetwork(topology);
    expect(network.chaincode).to.deep.equal(chaincode);
    expect(await get(topology, 'ComponentMSP', 'from SteelMSP')).to.equal('value');
    await put(topology, 'RegulatorMSP', 'after', 'a restart');
  });

  it('forgets an upgrade that was interrupted before its commit, and completes one after it', async () => {
    const file = join(topology.dataDir, 'fabric/chaincode.json');
    const { current } = JSON.parse(await readFile(file, 'utf8')) as { current: { sequence: number } };
    const write = (record: object): Promise<void> =>
      writeFile(file, JSON.stringify({ version: 1, ...record }));
    for (const record of [
      { current, next: { ...current, sequence: current.sequence + 1 } },
      { next: current },
    ]) {
      await network.stop();
      await write(record);
      network = await startFabricNetwork(topology);
      expect(network.chaincode.sequence).to.equal(2);
      expect(JSON.parse(await readFile(file, 'utf8'))).to.deep.equal({ version: 1, current });
    }
  });

  it('does not run a kept bundle that was changed', async () => {
    await network.stop();
    const { current } = JSON.parse(
      await readFile(join(topology.dataDir, 'fabric/chaincode.json'), 'utf8'),
    ) as { current: { digest: string } };
    const kept = join(topology.dataDir, 'fabric/bundles', `${current.digest}.cjs`);
    const content = await readFile(kept, 'utf8');
    await writeFile(kept, `${content}// more`);
    expect(await codeOf(startFabricNetwork(topology))).to.equal('CHAINCODE_UNFIT');
    await writeFile(kept, content);
    network = await startFabricNetwork(topology);
    expect(dirname(kept)).to.equal(join(topology.dataDir, 'fabric/bundles'));
  });
});
