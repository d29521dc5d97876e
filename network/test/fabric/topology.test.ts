import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { FabricError, findBinaries, startFabricNetwork } from '@tallystick/network/fabric';
import { defaultTopology, TopologyError, type Topology } from '@tallystick/network/topology';
import { inDirectory } from '../identity-fixture.js';
import { topologyOf } from './fixture.js';

type Kind = Parameters<typeof topologyOf>[0];
type Change = (topology: Topology) => unknown;

async function problemsOf(kind: Kind, change: Change): Promise<string[]> {
  try {
    await topologyOf(kind, '/data', change);
  } catch (error) {
    if (error instanceof TopologyError)
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

const organisations =
  (change: (all: Topology['organisations']) => unknown[]): Change =>
  (topology) => ({
    ...topology,
    organisations: change(topology.organisations),
  });

const without = (key: string): Change =>
  organisations(([first, ...rest]) => {
    const [peer] = first!.peers;
    return [{ ...first, peers: [{ ...peer, [key]: undefined }] }, ...rest];
  });

const secondPeer = (port: number): Change =>
  organisations(([first, ...rest]) => [
    {
      ...first,
      peers: [...first!.peers, { name: 'peer1', port, chaincodePort: 40_001, operationsPort: 40_002 }],
    },
    ...rest,
  ]);

const invalid: readonly (readonly [string, Kind, Change, RegExp])[] = [
  ['without TLS', 'fabric-bft', (t) => ({ ...t, tls: false }), /^tls: /],
  [
    'with three orderers',
    'fabric-bft',
    organisations((all) => all.slice(0, -1)),
    /at least 4 orderers, not 3/,
  ],
  [
    'with a peer without a chaincode port',
    'fabric-bft',
    without('chaincodePort'),
    /chaincodePort: is needed/,
  ],
  [
    'with a peer without an operations port',
    'fabric-raft',
    without('operationsPort'),
    /operationsPort: is needed/,
  ],
  [
    'with an organisation without an administrator',
    'fabric-bft',
    organisations(([first, ...rest]) => [
      { ...first, users: first!.users.filter(({ ou }) => ou !== 'admin') },
      ...rest,
    ]),
    /organisations\.0\.users: has no administrator/,
  ],
  [
    'where one organisation has two of four BFT orderers',
    'fabric-bft',
    organisations((all) => {
      const [last, other] = all.toReversed();
      const moved = { ...last!.orderers[0]!, name: 'orderer1' };
      return [...all.slice(0, -2), { ...other, orderers: [...other!.orderers, moved] }];
    }),
    /more than 1 of 4 BFT orderers/,
  ],
  [
    'with two Raft orderers',
    'fabric-raft',
    organisations((all) => {
      const last = all.at(-1)!;
      const more = { name: 'orderer1', port: 40_000, adminPort: 40_001, operationsPort: 40_002 };
      return [...all.slice(0, -1), { ...last, orderers: [...last.orderers, more] }];
    }),
    /odd number of orderers, not 2/,
  ],
  ['where a port is given twice', 'fabric-bft', secondPeer(40_001), /40001 is already at/],
];

describe('fabric: topologies', () => {
  for (const [name, kind, change, expected] of invalid) {
    it(`${name} are refused`, async () => {
      const problems = await problemsOf(kind, change);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(expected);
    });
  }

  it('may have two peers in an organisation', async () => {
    expect(await problemsOf('fabric-bft', secondPeer(40_000))).to.deep.equal([]);
  });

  it('of the embedded node are not for real Fabric', async () => {
    const topology = await defaultTopology({ dataDir: '/data', bundle: '/cc.cjs' });
    const error = await startFabricNetwork(topology).catch((each: unknown) => each);
    expect(error).to.be.instanceOf(FabricError).with.property('code', 'TOPOLOGY_UNSUITED');
  });
});

describe('fabric: programs', () => {
  it('that are missing are all named, with how to get them', () =>
    inDirectory(async (directory) => {
      await writeFile(join(directory, 'peer'), '#!/bin/sh\n');
      await chmod(join(directory, 'peer'), 0o755);
      await writeFile(join(directory, 'orderer'), 'not executable', { mode: 0o644 });
      const error = await findBinaries({ FABRIC_BIN: directory, PATH: process.env['PATH'] }).catch(
        (each: unknown) => each,
      );
      expect(error).to.be.instanceOf(FabricError).with.property('code', 'BINARIES_MISSING');
      expect((error as FabricError).facts).to.deep.equal({ missing: ['configtxgen', 'orderer', 'osnadmin'] });
      expect((error as FabricError).message).to.match(/FABRIC_BIN .*install/s);
    }));

  it('are found on PATH when FABRIC_BIN is not set', () =>
    inDirectory(async (directory) => {
      for (const name of ['configtxgen', 'orderer', 'osnadmin', 'peer']) {
        await writeFile(join(directory, name), '#!/bin/sh\n', { mode: 0o755 });
      }
      expect((await findBinaries({ PATH: `/nowhere:${directory}` })).peer).to.equal(join(directory, 'peer'));
    }));
});
