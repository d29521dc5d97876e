import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { examine, type Finding, type FindingCode } from '@tallystick/network/doctor';
import { newSwarmKey, type KuboConfig } from '@tallystick/network/kubo';
import { freePorts } from '@tallystick/network/processes';
import { defaultTopology } from '@tallystick/network/topology';
import { kubo } from '../../src/doctor/checks/kubo.js';
import { privateConfig } from '../../src/kubo/repository.js';
import { withSetting } from '../../src/kubo/settings.js';
import { inDirectory } from '../identity-fixture.js';
import { expectExactly } from './expectations.js';
import { httpServer } from './fake-servers.js';

const SYNCED: KuboConfig = { type: 'mount', mounts: [{ type: 'flatfs', sync: true, path: 'blocks' }] };

interface Node {
  config: KuboConfig;
  version: string;
  peers: readonly object[];
  swarmKey: string | undefined;
  mode: number;
}

const good = (): Node => ({
  config: withSetting(
    privateConfig({}, { apiPort: 5001, swarm: { host: '192.0.2.1', port: 4001 } }),
    'Datastore.Spec',
    SYNCED,
  ),
  version: '0.43.0',
  peers: [],
  swarmKey: newSwarmKey(),
  mode: 0o600,
});

/** What is found when a Kubo node, as its RPC API tells of it, is otherwise. */
const findings = (change: Partial<Node>): Promise<Finding[]> =>
  new Promise((resolve, reject) => {
    inDirectory(async (directory) => {
      const { config, version, peers, swarmKey, mode } = { ...good(), ...change };
      const repo = join(directory, 'repo');
      await mkdir(repo);
      await writeFile(join(repo, 'config'), '{}');
      if (swarmKey !== undefined) await writeFile(join(repo, 'swarm.key'), swarmKey);
      if (swarmKey !== undefined) await chmod(join(repo, 'swarm.key'), mode);
      const answers: Readonly<Record<string, unknown>> = {
        '/api/v0/version': { Version: version },
        '/api/v0/config/show': config,
        '/api/v0/diag/sys': { environment: { IPFS_PATH: repo } },
        '/api/v0/swarm/peers': { Peers: peers },
      };
      const [port = 0] = await freePorts(1);
      const server = await httpServer((request, response) => {
        response.end(JSON.stringify(answers[(request.url ?? '').split('?')[0] ?? '']));
      }, port);
      try {
        resolve(await lookAt(directory, `http://127.0.0.1:${port}`));
      } finally {
        await server.close();
      }
    }).catch(reject);
  });

async function lookAt(dataDir: string, api: string): Promise<Finding[]> {
  const topology = await defaultTopology({ dataDir, bundle: join(dataDir, 'chaincode.cjs') });
  return examine({ topology, kubo: [api] }, [kubo]);
}

const AT = /^http:\/\/127.0.0.1:\d+$/;

describe('doctor: Kubo', () => {
  it('is well', async () => expectExactly(await findings({})));

  for (const [title, code, change] of [
    ['is old', 'KUBO_VERSION', () => ({ version: '0.42.0' })],
    [
      'announces itself',
      'KUBO_SETTING',
      ({ config }) => ({ config: withSetting(config, 'Discovery.MDNS.Enabled', true) }),
    ],
    [
      'leaves writing to the system',
      'KUBO_NOT_SYNCED',
      ({ config }) => ({
        config: withSetting(config, 'Datastore.Spec', {
          type: 'mount',
          mounts: [{ type: 'flatfs', sync: false }],
        }),
      }),
    ],
    [
      'is open to the network',
      'KUBO_API_EXPOSED',
      ({ config }) => ({ config: withSetting(config, 'Addresses.API', '/ip4/0.0.0.0/tcp/5001') }),
    ],
    ['has no swarm key', 'KUBO_NO_SWARM_KEY', () => ({ swarmKey: undefined })],
    ['shows its swarm key', 'KUBO_SWARM_KEY_OPEN', () => ({ mode: 0o644 })],
    [
      'meets nobody',
      'KUBO_NO_PEERS',
      ({ config }) => ({ config: withSetting(config, 'Peering.Peers', [{ ID: '12D3KooW' }]) }),
    ],
  ] as const satisfies readonly (readonly [string, FindingCode, (node: Node) => Partial<Node>])[]) {
    it(`${title}: ${code}`, async () => {
      const change_: (node: Node) => Partial<Node> = change;
      expectExactly(await findings(change_(good())), [code, AT]);
    });
  }

  it('does not answer', () =>
    inDirectory(async (directory) => {
      const [port = 0] = await freePorts(1);
      expectExactly(await lookAt(directory, `http://127.0.0.1:${port}`), ['KUBO_UNREACHABLE', AT]);
    }));
});
