import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isPortFree, ProcessError, type RunningProcess } from '@tallystick/network/processes';
import { startSpace, type Space, type SpaceOptions } from '../../scripts/space.js';

// Stand-ins for the two programs: they listen where they are told to and repeat what they were given. Whether the real
// ones do their work is for the other suites; here it is who is started how.
const NODE = `
  import { readFileSync } from 'node:fs';
  import { createServer } from 'node:net';
  const config = JSON.parse(readFileSync(process.argv[process.argv.indexOf('--config') + 1], 'utf8'));
  for (const { listen } of config.organisations) createServer().listen(Number(listen.split(':')[1]), '127.0.0.1');
  console.log(JSON.stringify({ ready: true, config }));`;

const GATEWAY = `
  import { createServer } from 'node:http';
  import { readFileSync, writeFileSync } from 'node:fs';
  const { env } = process;
  if (env.TALLYSTICK_FAILPOINT === 'start') throw new Error('failpoint reached');
  const [host, port] = env.TALLYSTICK_LISTEN.split(':');
  const seeds = JSON.parse(readFileSync(env.TALLYSTICK_API_KEYS, 'utf8'));
  const server = createServer((_, answer) => answer.end(JSON.stringify({ env, seeds })));
  process.on('SIGTERM', () => { console.log('stopped at ' + process.hrtime.bigint()); process.exit(0); });
  server.listen(Number(port), host, () => console.log(JSON.stringify({ ready: true, url: 'http://' + env.TALLYSTICK_LISTEN })));`;

interface Told {
  env: Record<string, string>;
  seeds: { name: string; secret: string; identity: string; scopes: string[] }[];
}

const ask = async (url: string): Promise<Told> => (await fetch(url)).json() as Promise<Told>;

const nodeOf = ({ backings }: Space): RunningProcess => backings[0]!.processes['node'] as RunningProcess;

describe('a space, with stand-ins for its programs', () => {
  let directory: string;
  let options: SpaceOptions;
  let space: Space | undefined;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tallystick-space-'));
    const [node, gateway] = [join(directory, 'node.mjs'), join(directory, 'gateway.mjs')];
    await Promise.all([writeFile(node, NODE), writeFile(gateway, GATEWAY)]);
    options = { dataDir: join(directory, 'data'), programs: { node: [node], gateway: [gateway] } };
  });

  afterEach(async () => {
    await space?.stop();
    space = undefined;
    await rm(directory, { recursive: true, force: true });
  });

  it('gives every gateway its own data, peer, identities and keys, and the addresses of the others', async () => {
    space = await startSpace(options);
    const ids = ['SteelMSP', 'ComponentMSP', 'RegulatorMSP'];
    expect(Object.keys(space.gateways)).to.deep.equal(ids);
    for (const { mspId, url, keys, dataDir, identitiesDir } of Object.values(space.gateways)) {
      const { env, seeds } = await ask(url);
      expect(env).to.include({
        TALLYSTICK_MSP_ID: mspId,
        TALLYSTICK_DATA_DIR: dataDir,
        TALLYSTICK_IDENTITIES: identitiesDir,
        TALLYSTICK_CHANNEL: 'space',
        TALLYSTICK_CHAINCODE: 'tallystick',
      });
      const { port } = space.topology.organisations.find((each) => each.mspId === mspId)!.peers[0]!;
      expect(env['TALLYSTICK_PEER']).to.equal(`127.0.0.1:${port}`);
      const others = Object.values(space.gateways).filter((other) => other.mspId !== mspId);
      const members = Object.fromEntries(others.map((other) => [other.mspId, other.url]));
      expect(JSON.parse(env['TALLYSTICK_MEMBERS']!)).to.deep.equal(members);
      expect(Object.fromEntries(seeds.map(({ identity, secret }) => [identity, secret]))).to.deep.equal(keys);
      for (const { identity, secret, scopes } of seeds) {
        expect(secret).to.match(/^tsk_[A-Za-z0-9_-]{43}$/);
        expect(scopes).to.deep.equal(identity === 'auditor' ? ['read'] : ['*']);
        await stat(join(identitiesDir, identity, 'msp/signcerts/cert.pem'));
      }
    }
    const secrets = Object.values(space.gateways).flatMap(({ keys }) => Object.values(keys));
    expect(secrets).to.have.length(14);
    expect(new Set(secrets).size).to.equal(14);
  });

  it('keeps its API keys in files that only their owner reads', async () => {
    space = await startSpace(options);
    for (const file of ['space.json', 'keys/SteelMSP.json', 'logs/SteelMSP.log']) {
      expect((await stat(join(space.dataDir, file))).mode & 0o777, file).to.equal(0o600);
    }
  });

  it('does not hand our own variables on', async () => {
    process.env['TALLYSTICK_STRAY'] = 'stray';
    try {
      space = await startSpace({ ...options, gatewayEnvironment: { TALLYSTICK_LOG_LEVEL: 'debug' } });
      const { env } = await ask(space.gateways['SteelMSP']!.url);
      expect(env).to.include({ TALLYSTICK_LOG_LEVEL: 'debug' }).and.not.have.property('TALLYSTICK_STRAY');
    } finally {
      delete process.env['TALLYSTICK_STRAY'];
    }
  });

  it('comes up again as it was: ports, keys and identities', async () => {
    const first = await startSpace(options);
    const certificate = join(first.gateways['SteelMSP']!.identitiesDir, 'connector/msp/signcerts/cert.pem');
    const before = [
      first.topology,
      Object.values(first.gateways).map(({ url, keys }) => ({ url, keys })),
      await readFile(certificate, 'utf8'),
    ];
    await first.stop();
    space = await startSpace(options);
    const after = [
      space.topology,
      Object.values(space.gateways).map(({ url, keys }) => ({ url, keys })),
      await readFile(certificate, 'utf8'),
    ];
    expect(after).to.deep.equal(before);
  });

  it('comes up from a directory that was moved', async () => {
    await (await startSpace(options)).stop();
    const moved = join(directory, 'moved');
    await cp(options.dataDir!, moved, { recursive: true });
    await rm(options.dataDir!, { recursive: true });
    space = await startSpace({ ...options, dataDir: moved });
    const { config } = nodeOf(space).ready as { config: { dataDir: string; orderer: { mspDir: string } } };
    expect(config.dataDir).to.equal(join(moved, 'node'));
    expect(config.orderer.mspDir).to.equal(join(moved, 'organisations/OrdererMSP/msp'));
    expect(space.gateways['SteelMSP']!.dataDir).to.equal(join(moved, 'gateways/SteelMSP'));
  });

  // Below those that are chosen at random.
  it('uses the ports it is told to', async () => {
    space = await startSpace({ ...options, basePort: 12_700 });
    expect(Object.values(space.gateways).map(({ url }) => url)).to.deep.equal([
      'http://127.0.0.1:12730',
      'http://127.0.0.1:12731',
      'http://127.0.0.1:12732',
    ]);
  });

  it('kills and restarts one process and leaves the others alone', async () => {
    space = await startSpace(options);
    const [steel, component] = [space.gateways['SteelMSP']!, space.gateways['ComponentMSP']!];
    await space.kill('SteelMSP');
    expect(await steel.process.exited).to.deep.equal({ code: null, signal: 'SIGKILL' });
    await space.restart('SteelMSP', { TALLYSTICK_FAILPOINT: 'custody.sent' });
    const again = space.gateways['SteelMSP']!;
    expect([again.url, again.process.isRunning]).to.deep.equal([steel.url, true]);
    expect(again.process.pid).to.not.equal(steel.process.pid);
    expect((await ask(again.url)).env['TALLYSTICK_FAILPOINT']).to.equal('custody.sent');
    await space.restart('SteelMSP');
    expect((await ask(again.url)).env).to.not.have.property('TALLYSTICK_FAILPOINT');
    await space.kill('node');
    await space.restart('node');
    expect(space.gateways['ComponentMSP']!.process.pid).to.equal(component.process.pid);
  });

  it('knows its processes by name only', async () => {
    space = await startSpace(options);
    for (const attempt of [space.kill('OrdererMSP'), space.restart('nobody')]) {
      const outcome = await attempt.then(
        () => 'done',
        (error: unknown) => String(error),
      );
      expect(outcome).to.match(/no process is called (OrdererMSP|nobody)/);
    }
  });

  it('stops the gateways before the ledger, and everything', async () => {
    space = await startSpace(options);
    const processes = [nodeOf(space), ...Object.values(space.gateways).map((each) => each.process)];
    const ended: string[] = [];
    for (const each of processes) void each.exited.then(() => ended.push(each.name));
    await space.stop();
    expect(ended).to.deep.equal(['RegulatorMSP', 'ComponentMSP', 'SteelMSP', 'node']);
  });

  it('stops what it has started when a part of it fails, and says which', async () => {
    let error: unknown;
    const attempt = startSpace({ ...options, gatewayEnvironment: { TALLYSTICK_FAILPOINT: 'start' } });
    await attempt.catch((cause: unknown) => (error = cause));
    expect(error).to.be.instanceOf(ProcessError);
    expect((error as ProcessError).code).to.equal('EXITED_EARLY');
    expect((error as ProcessError).message)
      .to.match(/MSP ended with code 1/)
      .and.include('failpoint reached');
    const record = JSON.parse(await readFile(join(options.dataDir!, 'space.json'), 'utf8')) as Pick<
      Space,
      'topology'
    >;
    for (const { peers } of record.topology.organisations) {
      for (const { port } of peers) expect(await isPortFree(port)).to.equal(true);
    }
  });

  it('names a port that somebody else has taken', async () => {
    await (await startSpace(options)).stop();
    const file = await readFile(join(options.dataDir!, 'space.json'), 'utf8');
    const { gateways } = JSON.parse(file) as { gateways: Record<string, { port: number }> };
    const { port } = gateways['ComponentMSP']!;
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    let error: unknown;
    await startSpace(options).catch((cause: unknown) => (error = cause));
    server.close();
    expect(error).to.be.instanceOf(ProcessError);
    expect((error as ProcessError).message).to.equal(`ComponentMSP: port ${port} is taken`);
  });
});
