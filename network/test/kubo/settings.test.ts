import { chmod, mkdtemp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  cachedIpfs,
  findIpfs,
  isSwarmKey,
  keepSwarmKey,
  KUBO_VERSION,
  KuboError,
  newSwarmKey,
  privateConfig,
  privateSettings,
  requireIpfs,
  settingFindings,
  swarmAddress,
} from '../../src/kubo/index.js';
import { settingAt, withSetting } from '../../src/kubo/settings.js';

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tallystick-kubo-'));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof KuboError ? error.code : String(error)),
  );

const node = { apiPort: 5001, swarm: { host: '192.0.2.1', port: 4001 } };

describe('kubo: the key of the swarm', () => {
  it('is made once, however many ask at a time, and is its owner’s alone', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'members', 'swarm.key');
      const keys = await Promise.all(Array.from({ length: 8 }, () => keepSwarmKey(file)));
      expect(new Set(keys)).to.have.property('size', 1);
      expect((await stat(file)).mode & 0o777).to.equal(0o600);
      await chmod(file, 0o644);
      expect(await keepSwarmKey(file)).to.equal(keys[0]);
      expect((await stat(file)).mode & 0o777).to.equal(0o600);
    }));

  it('is another one every time', () => {
    const keys = Array.from({ length: 50 }, newSwarmKey);
    expect(new Set(keys)).to.have.property('size', 50);
    expect(keys.every(isSwarmKey)).to.equal(true);
  });

  for (const [name, text] of [
    ['empty', ''],
    ['too short', newSwarmKey().slice(0, -3)],
    ['of another encoding', newSwarmKey().replace('base16', 'base64')],
    ['with something after it', `${newSwarmKey()}more`],
  ] as const) {
    it(`is refused when ${name}, and not quoted`, () =>
      inDirectory(async (directory) => {
        await writeFile(join(directory, 'swarm.key'), text);
        const error: unknown = await keepSwarmKey(join(directory, 'swarm.key')).catch((e: unknown) => e);
        expect(error).to.have.property('code', 'SWARM_KEY_INVALID');
        expect(String(error)).to.not.match(/[0-9a-f]{16}/);
      }));
  }
});

describe('kubo: settings of a private swarm', () => {
  it('are all in a configuration that was made, whatever was there before (property)', () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('AutoConf', 'Swarm', 'Import', 'Bootstrap', 'X'), fc.jsonValue()),
        (before) => {
          const config = privateConfig(before, node);
          expect(settingFindings(config)).to.deep.equal([]);
          expect(settingAt(config, 'Addresses.API')).to.equal('/ip4/127.0.0.1/tcp/5001');
          expect(config['X']).to.deep.equal(before['X']);
        },
      ),
    ));

  for (const { key, value } of privateSettings) {
    it(`names ${key} when it is otherwise, or not set`, () => {
      const good = privateConfig({}, node);
      const other = typeof value === 'boolean' ? !value : 'auto';
      for (const wrong of [other, undefined]) {
        const [finding, ...more] = settingFindings(withSetting(good, key, wrong));
        expect(more).to.deep.equal([]);
        expect(finding?.message).to.include(key);
        expect(finding?.remedy).to.match(/^ipfs config .*restart/);
      }
    });
  }

  it('write blocks through to the disk', () => {
    const mounts = [{ type: 'flatfs', sync: false, path: 'blocks' }, { type: 'levelds' }];
    const config = privateConfig({ Datastore: { Spec: { type: 'mount', mounts } } }, node);
    expect(settingAt(config, 'Datastore.Spec.mounts')).to.deep.equal([
      { ...mounts[0], sync: true },
      mounts[1],
    ]);
    expect(settingAt(config, 'Datastore.Spec.type')).to.equal('mount');
  });

  it('say where a node is reached', () => {
    expect(swarmAddress(node)).to.equal('/ip4/192.0.2.1/tcp/4001');
    expect(swarmAddress({ swarm: { host: '2001:db8::1', port: 1 } })).to.equal('/ip6/2001:db8::1/tcp/1');
  });
});

describe('kubo: the ipfs to run', () => {
  async function program(path: string): Promise<string> {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, '#!/bin/sh\n', { mode: 0o755 });
    return path;
  }

  it('is the one that is named, then the one installed here, then one on PATH', () =>
    inDirectory(async (directory) => {
      const environment = {
        XDG_CACHE_HOME: join(directory, 'cache'),
        PATH: `/nowhere:${join(directory, 'bin')}`,
      };
      expect(await findIpfs(environment)).to.equal(undefined);
      expect(await codeOf(requireIpfs(environment))).to.equal('NO_BINARY');
      const onPath = await program(join(directory, 'bin', 'ipfs'));
      expect(await findIpfs(environment)).to.equal(onPath);
      const cached = await program(cachedIpfs(environment));
      expect(await findIpfs(environment)).to.equal(cached);
      const named = await program(join(directory, 'own'));
      expect(await findIpfs({ ...environment, TALLYSTICK_IPFS: named })).to.equal(named);
      const gone = { ...environment, TALLYSTICK_IPFS: join(directory, 'gone') };
      expect(await codeOf(findIpfs(gone))).to.equal('NO_BINARY');
    }));

  it('is the version that the Go module pins', async () => {
    const module = await readFile(new URL('../../tools/go.mod', import.meta.url), 'utf8');
    expect(module).to.include(`github.com/ipfs/kubo v${KUBO_VERSION} `);
    expect(module).to.include('tool github.com/ipfs/kubo/cmd/ipfs');
  });
});
