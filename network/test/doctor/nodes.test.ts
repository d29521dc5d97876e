import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultTopology } from '@tallystick/network/topology';
import { peerNodes } from '../../src/fabric/layout.js';
import { embeddedNode, nodes } from '../../src/doctor/checks/nodes.js';
import { expectExactly } from './expectations.js';
import { FakeNetwork, found } from './fake-network.js';
import { httpServer, tlsServer } from './fake-servers.js';
import { credentialsIn } from './fake-network.js';

describe('doctor: processes and ports', () => {
  let network: FakeNetwork;
  before(async () => {
    network = await FakeNetwork.start();
  });
  after(() => network.stop());

  const look = (): Promise<Awaited<ReturnType<typeof found>>> => found(network.original, nodes);

  it('says once that nothing runs', async () => {
    const { dataDir, channel } = network.topology;
    const ports = [
      ...peerNodes(network.topology).flatMap((each) => [each.port, each.operationsPort, each.chaincodePort]),
      ...[0, 1, 2, 3]
        .map((index) => network.orderer(index))
        .flatMap((each) => [each.port, each.operationsPort, each.adminPort]),
    ];
    const findings = await network.without(ports, () => found(network.original));
    expectExactly(findings, [
      'NETWORK_DOWN',
      channel,
      new RegExp(`nothing of the network in ${dataDir} runs`),
    ]);
  });

  it('names the node that does not run, its log, and the last error there', async () => {
    const peer = network.peer(0);
    const log = join(network.topology.dataDir, 'logs', `${peer.name}.log`);
    await appendFile(
      log,
      '\u001b[31m2026-11-24 14:26:45.880 UTC 001f ERRO\u001b[0m [main] disk is full\n2026-11-24 WARN later\n',
    );
    const findings = await network.without([peer.port, peer.operationsPort], look);
    const said =
      /log \S+peer0.SteelMSP.log ends with: 2026-11-24 14:26:45.880 UTC 001f ERRO \[main\] disk is full$/;
    expectExactly(findings, ['NODE_DOWN', peer.name, said]);
  });

  it('names an orderer that does not run and has no log', async () => {
    const { port, adminPort, operationsPort, name } = network.orderer(2);
    const findings = await network.without([port, adminPort, operationsPort], look);
    expectExactly(findings, ['NODE_DOWN', name, /there is no log at/]);
  });

  it('tells a port that somebody else has', async () => {
    const peer = network.peer(1);
    const other = await credentialsIn(join(network.peer(0).identity, 'tls'));
    const findings = await network.with(
      peer.port,
      () => tlsServer(other, peer.port),
      () => network.without([peer.operationsPort], look),
    );
    expectExactly(findings, [
      'PORT_TAKEN',
      peer.name,
      new RegExp(`something else listens at 127.0.0.1:${peer.port}`),
    ]);
  });

  it('tells a port that a server of another kind has', async () => {
    const { port, operationsPort, name } = network.peer(1);
    const findings = await network.with(
      port,
      () => httpServer((_, response) => response.end('hi'), port),
      () => network.without([operationsPort], look),
    );
    expectExactly(findings, ['PORT_TAKEN', name, /something else listens/]);
  });

  it('tells an operations port where something else answers', async () => {
    const { operationsPort, name } = network.orderer(0);
    const findings = await network.with(
      operationsPort,
      () => httpServer((_, response) => response.writeHead(200).end('<html>\nhello\n'), operationsPort),
      look,
    );
    expectExactly(findings, ['PORT_TAKEN', name, /something else answers "200 <html> hello"/]);
  });

  it('passes on what a node says of its health', async () => {
    const peer = network.peer(2);
    const failed_checks = [{ component: 'couchdb', reason: 'no such\nhost' }];
    const body = JSON.stringify({ status: 'Service Unavailable', failed_checks });
    const findings = await network.telling(peer, { health: { status: 503, body } }, look);
    expectExactly(findings, ['NODE_UNHEALTHY', peer.name, /couchdb/]);
  });

  it('finds a node ill that does not answer on its operations port', async () => {
    const { operationsPort, name } = network.orderer(1);
    const findings = await network.without([operationsPort], look);
    expectExactly(findings, [
      'NODE_UNHEALTHY',
      name,
      new RegExp(`nothing answers at 127.0.0.1:${operationsPort}`),
    ]);
  });

  it('tells a port at which a node that is well does not listen', async () => {
    const { port, name } = network.peer(0);
    const { adminPort, name: ordererName } = network.orderer(0);
    const findings = await network.without([port, adminPort], look);
    expectExactly(
      findings,
      ['PORT_CLOSED', name, new RegExp(`nothing listens at 127.0.0.1:${port}`)],
      ['PORT_CLOSED', ordererName, new RegExp(`nothing listens at 127.0.0.1:${adminPort}`)],
    );
  });
});

describe('doctor: the embedded node', () => {
  let network: FakeNetwork;
  before(async () => {
    network = await FakeNetwork.start('fabric-raft');
  });
  after(() => network.stop());

  it('is down, or has closed a port', async () => {
    const { dataDir } = network.topology;
    const topology = await defaultTopology({ dataDir, bundle: join(dataDir, 'chaincode.cjs') });
    const copy = { ...network.original, topology };
    expectExactly(await found(copy, embeddedNode), ['NETWORK_DOWN', 'space', /nothing of the network/]);
    const [port = 0] = topology.organisations.flatMap(({ peers }) => peers.map((each) => each.port));
    await mkdir(join(dataDir, 'logs'), { recursive: true });
    await writeFile(join(dataDir, 'logs/node.log'), 'Error: out of memory\n');
    const server = await httpServer((_, response) => response.end(), port);
    try {
      const text = /Error: out of memory/;
      expectExactly(
        await found(copy, embeddedNode),
        ['PORT_CLOSED', 'node', text],
        ['PORT_CLOSED', 'node', text],
      );
    } finally {
      await server.close();
    }
  });
});
