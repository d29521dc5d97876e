import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { isPortFree } from '@tallystick/network/processes';
import { defaultTopology } from '@tallystick/network/topology';
import type { NodeStatus } from '../../src/cli/status.js';
import { programArguments } from '../../../test/programs.js';
import { TINY } from '../embedded/space.js';
import { COUNTER, requireFabric } from '../fabric/fixture.js';
import { inDirectory } from '../identity-fixture.js';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function cli(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const command = [...programArguments('network/src/cli/main.ts'), ...args];
  return new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    execFile(process.execPath, command, { env, timeout: 240_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

const statuses = async (data: string): Promise<NodeStatus[]> =>
  JSON.parse((await cli(['status', '--data', data, '--json'])).stdout) as NodeStatus[];

/** Asks until every process is well, of which there are so many. */
async function allWell(data: string, count: number): Promise<NodeStatus[]> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const found = await statuses(data);
    if (found.length === count && found.every(({ health }) => health === 'well')) return found;
    await delay(200);
  }
  throw new Error('the processes are not well');
}

/** Runs a test on a network of its own, which is down in the end whatever happens. */
const inNetwork = (test: (data: string) => Promise<void>): Promise<void> =>
  inDirectory(async (data) => {
    try {
      await test(data);
    } finally {
      await cli(['down', '--data', data]);
    }
  });

describe('tallystick-network', function () {
  it('brings the embedded node up, twice, tells how it is, and takes it down, twice', () =>
    inNetwork(async (data) => {
      const up = ['up', '--ledger', 'embedded', '--data', data, '--chaincode', TINY];
      const first = await cli(up);
      expect(first.code, first.stderr).to.equal(0);
      expect(first.stdout).to.match(/SteelMSP {2}peer0 127\.0\.0\.1:\d+/);
      const [node] = await allWell(data, 1);

      const again = await cli(up);
      expect(again.stdout).to.match(/^It runs already\n/);
      expect((await statuses(data))[0]?.pid).to.equal(node?.pid);

      expect((await cli(['down', '--data', data])).stdout).to.equal('Stopped\n');
      expect((await cli(['status', '--data', data])).code).to.equal(4);
      expect((await cli(['down', '--data', data])).code).to.equal(0);
    }));

  it('starts again a node that was killed, and refuses another topology than that of the directory', () =>
    inNetwork(async (data) => {
      await cli(['up', '--data', data, '--chaincode', TINY]);
      const [before] = await allWell(data, 1);
      process.kill(before!.pid, 'SIGKILL');

      const other = await cli(['up', '--data', data, '--chaincode', TINY, '--ledger', 'fabric-raft']);
      expect(other.code).to.equal(2);
      expect(other.stderr).to.match(/holds a network of its own \(embedded/);

      const [after] = await allWell(data, 1);
      expect(after!.restarts).to.equal(1);
      expect(after!.pid).not.to.equal(before!.pid);
    }));

  it('takes a topology from a file, whose ports it uses', () =>
    inNetwork(async (data) => {
      const topology = await defaultTopology({ dataDir: '/elsewhere', bundle: TINY });
      const file = join(data, 'mine.json');
      await writeFile(file, JSON.stringify({ ...topology, channel: 'mine' }));
      expect((await cli(['up', '--data', data, '--topology', file])).stdout).to.match(/^Channel mine,/m);
      const ports = topology.organisations.flatMap(({ peers }) => peers.map(({ port }) => port));
      expect(await Promise.all(ports.map(isPortFree))).to.deep.equal(ports.map(() => false));
      await cli(['down', '--data', data]);
      expect(await Promise.all(ports.map(isPortFree))).to.deep.equal(ports.map(() => true));
    }));

  it('names a port that is taken', () =>
    inNetwork(async (data) => {
      const stranger = createServer().listen(0, '127.0.0.1');
      await delay(50);
      const { port } = stranger.address() as AddressInfo;
      const { code, stderr } = await cli([
        'up',
        '--data',
        data,
        '--chaincode',
        TINY,
        '--base-port',
        String(port),
      ]);
      stranger.close();
      expect(code).to.equal(5);
      expect(stderr).to.contain(`port ${port} is taken`);
    }));

  it('names the programs that are missing, with an exit code of its own', () =>
    inNetwork(async (data) => {
      const args = ['up', '--ledger', 'fabric-bft', '--data', data, '--chaincode', TINY];
      const { code, stderr } = await cli(args, { FABRIC_BIN: data });
      expect(code).to.equal(3);
      expect(stderr).to.match(/configtxgen, orderer, osnadmin, peer.*Install Fabric/);
    }));

  for (const [name, args] of [
    ['a ledger that does not exist', ['up', '--ledger', 'solo']],
    ['a port that is none', ['up', '--base-port', '70000']],
    ['a command that does not exist', ['restart']],
    ['a topology and a kind at once', ['up', '--ledger', 'embedded', '--topology', 'x.json']],
    ['a topology file that does not exist', ['up', '--topology', '/nowhere/x.json']],
    ['a bundle that does not exist', ['up', '--chaincode', '/nowhere/x.cjs']],
  ] as const) {
    it(`refuses ${name}`, () =>
      inDirectory(async (data) => {
        const flags = args[0] === 'up' ? ['--data', data] : [];
        const { code, stderr } = await cli([...args, ...flags]);
        expect(code, stderr).to.equal(2);
        expect(stderr).not.to.equal('');
      }));
  }

  it('leaves no process of real Fabric when its run is killed', async function () {
    await requireFabric(this);
    await inNetwork(async (data) => {
      const { code, stderr } = await cli([
        'up',
        '--ledger',
        'fabric-raft',
        '--data',
        data,
        '--chaincode',
        COUNTER,
      ]);
      expect(code, stderr).to.equal(0);
      const found = await allWell(data, 7);
      expect(found.filter(({ height }) => height !== undefined)).to.have.length(4);

      const { pid } = JSON.parse(await readFile(join(data, 'run.json'), 'utf8')) as { pid: number };
      process.kill(pid, 'SIGKILL');
      const isAlive = (each: number): boolean => {
        try {
          return process.kill(each, 0);
        } catch {
          return false;
        }
      };
      for (let i = 0; i < 100 && found.some((each) => isAlive(each.pid)); i += 1) await delay(20);
      expect(found.filter((each) => isAlive(each.pid))).to.deep.equal([]);

      const again = await cli(['up', '--data', data, '--chaincode', COUNTER]);
      expect(again.code, again.stderr).to.equal(0);
      await allWell(data, 7);
    });
  });
});
