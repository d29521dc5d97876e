import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ProcessError } from '@tallystick/network/processes';
import { expect } from 'chai';
import {
  apiOf,
  kuboFindings,
  newSwarmKey,
  prepareKubo,
  startKubo,
  type KuboFinding,
} from '../../src/kubo/index.js';
import { settingAt, withSetting, type KuboConfig } from '../../src/kubo/settings.js';
import { ipfsOrSkip, Swarm } from './fixture.js';

const codesOf = (findings: readonly KuboFinding[]): string[] =>
  findings.map(({ code }) => code).filter((code) => code !== 'KUBO_VERSION');

describe('kubo: a node of the private swarm', function () {
  let swarm: Swarm;

  before(async function () {
    swarm = await Swarm.in(await ipfsOrSkip(this));
  });

  after(() => (swarm as Swarm | undefined)?.end());

  it('runs without a finding, is prepared again without losing itself, and stops', async () => {
    const { node, peer } = await swarm.node();
    expect(peer.id).to.match(/^12D3Koo/);
    const again = await prepareKubo(node);
    expect(again).to.deep.equal(peer);
    for (const file of ['config', 'swarm.key']) {
      expect((await stat(join(node.repo, file))).mode & 0o777, file).to.equal(0o600);
    }
    const running = await swarm.start(node);
    const findings = await kuboFindings(running.api);
    expect(codesOf(findings)).to.deep.equal([]);
    const log = await readFile(running.logFile, 'utf8');
    expect(log)
      .to.include('private network')
      .and.not.match(/quic|webtransport|telemetry|bootstrap/i);
    await running.stop();
    expect(running.isRunning).to.equal(false);
    expect(codesOf(await kuboFindings(running.api))).to.deep.equal(['KUBO_UNREACHABLE']);
  });

  it('does not start without a swarm key', async () => {
    const { node } = await swarm.node();
    await rm(join(node.repo, 'swarm.key'));
    const error: unknown = await swarm.start(node).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ProcessError).with.property('code', 'EXITED_EARLY');
    expect(String(error)).to.include(`${node.repo}.log`);
  });

  it('says which port is taken', async () => {
    const { node } = await swarm.node();
    const server = createServer().listen(node.apiPort, '127.0.0.1');
    const error: unknown = await swarm.start(node).catch((thrown: unknown) => thrown);
    server.close();
    expect(error).to.have.property('code', 'PORT_TAKEN');
    expect(String(error)).to.include(String(node.apiPort));
  });

  it('is stopped when it is not ready in time', async () => {
    const { node } = await swarm.node();
    const error: unknown = await startKubo(node, `${node.repo}.log`, 0).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'NOT_READY_IN_TIME');
    await swarm.start(node);
  });

  it('is refused a key that is none', async () => {
    const error: unknown = await swarm.node('s3cret').catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'SWARM_KEY_INVALID');
    expect(String(error)).to.not.include('s3cret');
  });

  const spoiled: readonly [string, (config: KuboConfig) => KuboConfig, readonly string[]][] = [
    [
      'does not check what it reads',
      (config) => withSetting(config, 'Datastore.HashOnRead', false),
      ['KUBO_SETTING'],
    ],
    ['announces itself', (config) => withSetting(config, 'Discovery.MDNS.Enabled', true), ['KUBO_SETTING']],
    [
      'leaves blocks to the operating system',
      (config) => {
        const mounts = settingAt(config, 'Datastore.Spec.mounts') as KuboConfig[];
        const spoilt = mounts.map((mount) => ({ ...mount, ...('sync' in mount && { sync: false }) }));
        return withSetting(config, 'Datastore.Spec.mounts', spoilt);
      },
      ['KUBO_NOT_SYNCED'],
    ],
    [
      'opens its API to everybody',
      (config) =>
        withSetting(
          config,
          'Addresses.API',
          String(settingAt(config, 'Addresses.API')).replace('127.0.0.1', '0.0.0.0'),
        ),
      ['KUBO_API_EXPOSED'],
    ],
    [
      'is connected to no peer',
      (config) =>
        withSetting(config, 'Peering.Peers', [
          { ID: '12D3KooWGZCHtEosyiwkGGiuxvaeX7dyoPnzAeZM2ivEnV6Lvhcu', Addrs: ['/ip4/127.0.0.1/tcp/1'] },
        ]),
      ['KUBO_NO_PEERS'],
    ],
  ];
  for (const [name, spoil, codes] of spoiled) {
    it(`is found out when it ${name}`, async () => {
      const { node } = await swarm.node();
      const file = join(node.repo, 'config');
      await writeFile(file, JSON.stringify(spoil(JSON.parse(await readFile(file, 'utf8')) as KuboConfig)));
      const running = await swarm.start(node);
      expect(codesOf(await kuboFindings(running.api))).to.deep.equal(codes);
      await running.stop();
    });
  }

  it('is found out when others can read its swarm key, or it is gone', async () => {
    const { node } = await swarm.node();
    const running = await swarm.start(node);
    await chmod(join(node.repo, 'swarm.key'), 0o640);
    expect(codesOf(await kuboFindings(running.api))).to.deep.equal(['KUBO_SWARM_KEY_OPEN']);
    await rm(join(node.repo, 'swarm.key'));
    expect(codesOf(await kuboFindings(running.api))).to.deep.equal(['KUBO_NO_SWARM_KEY']);
    await running.stop();
  });

  it('finds the peers it was given, and comes back to them', async () => {
    const key = newSwarmKey();
    const one = await swarm.node(key);
    const two = await swarm.node(key, [one.peer]);
    const first = await swarm.start(one.node);
    const second = await swarm.start(two.node);
    const until = Date.now() + 120_000;
    while (codesOf(await kuboFindings(second.api)).length > 0 && Date.now() < until) await delay(200);
    expect(codesOf(await kuboFindings(second.api))).to.deep.equal([]);
    await first.kill();
    while (codesOf(await kuboFindings(second.api)).length === 0 && Date.now() < until) await delay(100);
    await swarm.start(one.node);
    const later = Date.now() + 120_000;
    while (codesOf(await kuboFindings(second.api)).length > 0 && Date.now() < later) await delay(200);
    expect(codesOf(await kuboFindings(second.api))).to.deep.equal([]);
    await second.stop();
  });

  it('that does not answer is a finding, in time', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await delay(10);
    const { port } = silent.address() as { port: number };
    const start = Date.now();
    expect(codesOf(await kuboFindings(apiOf({ apiPort: port }), 200))).to.deep.equal(['KUBO_UNREACHABLE']);
    expect(Date.now() - start).to.be.lessThan(30_000);
    silent.closeAllConnections();
    silent.close();
  });
});
