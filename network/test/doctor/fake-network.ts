import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { ensureTls, replaceFile } from '@tallystick/network/identity';
import {
  createIdentities,
  defaultTopology,
  type LedgerKind,
  type Topology,
} from '@tallystick/network/topology';
import { examine, type Check, type Finding, type FindingCode } from '@tallystick/network/doctor';
import {
  address,
  CONNECTIONS,
  ordererNodes,
  peerNodes,
  type OrdererNode,
  type PeerNode,
} from '../../src/fabric/layout.js';
import { writeNodeFiles } from '../../src/fabric/node-files.js';
import { bundleDigest, chaincodePackage, connectionFile } from '../../src/fabric/package.js';
import { approved, committed, installed, writeAnswer, writePrograms } from './fake-answers.js';
import { configBlock } from './fake-channel.js';
import {
  chaincodeServer,
  gatewayServer,
  httpServer,
  httpsServer,
  tlsServer,
  type Credentials,
  type Listening,
} from './fake-servers.js';

type Node = PeerNode | OrdererNode;

/** What a node tells on its operations port; a test may change it. */
export interface Told {
  health: { status: number; body: string } | undefined;
  /** Milliseconds that its clock is ahead. */
  ahead: number;
  version: string;
  height: number | undefined;
  /** Blocks that come each time it is asked. */
  growth: number;
  isLeader: boolean | undefined;
  isMetered: boolean;
  participation: { status: number; body: object };
}

const PARTICIPATION = {
  name: 'space',
  url: '/participation/v1/channels/space',
  consensusRelation: 'consenter',
  status: 'active',
  height: 5,
};

const well = (isLeader: boolean | undefined): Told => ({
  health: undefined,
  ahead: 0,
  version: '3.1.5',
  height: 5,
  growth: 0,
  isLeader,
  isMetered: true,
  participation: { status: 200, body: PARTICIPATION },
});

const REACHED = {
  code: status.UNKNOWN,
  details: 'evaluate call to endorser returned error: chaincode response 500, no such function',
};

/** A directory of its own with what a network has on disk, and what its peers answer. */
export interface Copy {
  readonly topology: Topology;
  readonly bin: string;
  readonly dataDir: string;
}

/**
 * A network that is well, as far as can be seen from outside: servers with the right certificates at all ports, and programs
 * that answer. Tests break it, one thing at a time.
 */
export class FakeNetwork {
  readonly topology: Topology;
  readonly told: Readonly<Record<string, Told>>;
  refusal: Readonly<Record<string, { code: status; details: string }>> = {};
  readonly #listening = new Map<number, Listening>();
  readonly #starts = new Map<number, () => Promise<Listening>>();

  private constructor(topology: Topology) {
    this.topology = topology;
    const leader = ordererNodes(topology)[0]?.name;
    this.told = Object.fromEntries([
      ...ordererNodes(topology).map(({ name }) => [name, well(name === leader)] as const),
      ...peerNodes(topology).map(({ name }) => [name, well(undefined)] as const),
    ]);
  }

  static async start(ledger: LedgerKind = 'fabric-bft'): Promise<FakeNetwork> {
    const dataDir = await mkdtemp(join(tmpdir(), 'tallystick-fake-'));
    const bundle = join(dataDir, 'chaincode.cjs');
    await writeFile(bundle, '// nothing runs it\n');
    const topology = await defaultTopology({ dataDir, bundle, ledger });
    await createIdentities(topology);
    await writeNodeFiles(topology);
    const network = new FakeNetwork(topology);
    await network.#prepare();
    for (const [port, start] of network.#starts) network.#listening.set(port, await start());
    return network;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#listening.values()].map((each) => each.close()));
    await rm(this.topology.dataDir, { recursive: true, force: true });
  }

  orderer(index: number): OrdererNode {
    const node = ordererNodes(this.topology)[index];
    if (node === undefined) throw new Error(`there is no orderer ${index}`);
    return node;
  }

  peer(index: number): PeerNode {
    const node = peerNodes(this.topology)[index];
    if (node === undefined) throw new Error(`there is no peer ${index}`);
    return node;
  }

  tell(node: Node): Told {
    const told = this.told[node.name];
    if (told === undefined) throw new Error(`${node.name} is no node`);
    return told;
  }

  /** Nothing listens at these ports meanwhile. */
  async without<T>(ports: readonly number[], work: () => Promise<T>): Promise<T> {
    await Promise.all(ports.flatMap((port) => this.#listening.get(port)?.close() ?? []));
    try {
      return await work();
    } finally {
      for (const port of ports) {
        const start = this.#starts.get(port);
        if (start !== undefined) this.#listening.set(port, await start());
      }
    }
  }

  /** Something else listens at a port meanwhile. */
  with<T>(port: number, start: () => Promise<Listening>, work: () => Promise<T>): Promise<T> {
    return this.without([port], async () => {
      const other = await start();
      try {
        return await work();
      } finally {
        await other.close();
      }
    });
  }

  /** Changes what a node tells, meanwhile. */
  async telling<T>(node: Node, change: Partial<Told>, work: () => Promise<T>): Promise<T> {
    const told = this.tell(node);
    const before = { ...told };
    Object.assign(told, change);
    try {
      return await work();
    } finally {
      Object.assign(told, before);
    }
  }

  /** What is on disk, to be changed: the servers stay as they are. */
  async inCopy<T>(work: (copy: Copy) => Promise<T>): Promise<T> {
    const dataDir = await mkdtemp(join(tmpdir(), 'tallystick-copy-'));
    try {
      await cp(this.topology.dataDir, dataDir, { recursive: true });
      return await work({ topology: { ...this.topology, dataDir }, bin: join(dataDir, 'bin'), dataDir });
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  }

  get original(): Copy {
    const { dataDir } = this.topology;
    return { topology: this.topology, bin: join(dataDir, 'bin'), dataDir };
  }

  async #prepare(): Promise<void> {
    await writePrograms(this.topology.dataDir);
    await mkdir(join(this.topology.dataDir, 'logs'));
    const block = await configBlock(this.topology);
    for (const node of ordererNodes(this.topology)) await this.#addOrderer(node);
    for (const node of peerNodes(this.topology)) await this.#addPeer(node, block);
  }

  async #addOrderer(node: OrdererNode): Promise<void> {
    const credentials = await credentialsIn(join(node.identity, 'tls'));
    this.#starts.set(node.port, () => tlsServer(credentials, node.port));
    this.#starts.set(node.adminPort, () =>
      httpsServer(
        credentials,
        (_, response) => {
          const { status: code, body } = this.tell(node).participation;
          response.writeHead(code).end(JSON.stringify(body));
        },
        node.adminPort,
      ),
    );
    this.#addOperations(node);
  }

  async #addPeer(node: PeerNode, block: Buffer): Promise<void> {
    const { name, mspId, port, chaincodePort, organisation, identity } = node;
    const credentials = await credentialsIn(join(identity, 'tls'));
    const refusal = (): typeof REACHED => this.refusal[name] ?? REACHED;
    this.#starts.set(port, () => gatewayServer(credentials, refusal, port));
    this.#addOperations(node);
    const server = await credentialsIn(await ensureTls(organisation, 'chaincode-peer0'));
    await ensureTls(organisation, 'peer0-to-chaincode');
    this.#starts.set(chaincodePort, () => chaincodeServer(server, chaincodePort));
    const id = await writeConnection(this.topology, node);
    const { dataDir } = this.topology;
    const members = peerNodes(this.topology).map((each) => [each.mspId, true] as const);
    await writeAnswer(dataDir, mspId, 'installed', installed(id));
    await writeAnswer(dataDir, mspId, 'approved', approved(id));
    await writeAnswer(dataDir, mspId, 'committed', committed(Object.fromEntries(members)));
    await writeAnswer(dataDir, mspId, 'config.block', block);
  }

  #addOperations(node: Node): void {
    const { operationsPort } = node;
    this.#starts.set(operationsPort, () =>
      httpServer((request, response) => this.#answer(this.tell(node), request, response), operationsPort),
    );
  }

  #answer(told: Told, { url }: IncomingMessage, response: ServerResponse): void {
    if (url === '/healthz') {
      const time = new Date(Date.now() + told.ahead).toISOString();
      const { status: code, body } = told.health ?? {
        status: 200,
        body: JSON.stringify({ status: 'OK', time }),
      };
      response.setHeader('Date', new Date(Date.now() + told.ahead).toUTCString());
      response.writeHead(code).end(body);
    } else if (url === '/version') {
      response.end(JSON.stringify({ CommitSHA: '86c1172', Version: `v${told.version}` }));
    } else if (told.isMetered) {
      response.end(this.#metrics(told));
    } else {
      response.writeHead(404).end('404 page not found');
    }
  }

  #metrics(told: Told): string {
    const { channel, ledger } = this.topology;
    const leads = ledger.kind === 'fabric-bft' ? 'consensus_BFT_is_leader' : 'consensus_etcdraft_is_leader';
    const lines = [`fabric_version{version="v${told.version}"} 1`];
    if (told.height !== undefined)
      lines.push(`ledger_blockchain_height{channel="${channel}"} ${told.height}`);
    if (told.isLeader !== undefined) lines.push(`${leads}{channel="${channel}"} ${told.isLeader ? 1 : 0}`);
    if (told.height !== undefined) told.height += told.growth;
    return `${lines.join('\n')}\n`;
  }
}

/** Credentials of a directory with the files of a node's `tls`. */
export async function credentialsIn(directory: string): Promise<Credentials> {
  const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
  return { cert: await read('server.crt'), key: await read('server.key'), ca: await read('ca.crt') };
}

/** Writes how a peer calls its chaincode; returns the id of the package. */
export async function writeConnection(
  { chaincode }: Topology,
  { organisation, directory, chaincodePort }: PeerNode,
  port = chaincodePort,
): Promise<string> {
  const label = `${chaincode.name}_${chaincode.version}`;
  const digest = await bundleDigest(chaincode.bundle);
  const client = await credentialsIn(join(organisation, 'servers/peer0-to-chaincode'));
  const { name, content } = connectionFile(label, digest, {
    address: address(port),
    rootCertificate: client.ca,
    clientCertificate: client.cert,
    clientKey: client.key,
  });
  await replaceFile(join(directory, CONNECTIONS, name), content, { isPrivate: true });
  return (await chaincodePackage(label, digest)).id;
}

/** What a check finds, or all of them. */
export const found = ({ topology, bin }: Copy, check?: Check): Promise<Finding[]> =>
  examine({ topology, environment: { FABRIC_BIN: bin } }, check === undefined ? undefined : [check]);

/** Codes and subjects, in the order found. */
export const summary = (findings: readonly Finding[]): [FindingCode, string][] =>
  findings.map(({ code, subject }) => [code, subject]);
