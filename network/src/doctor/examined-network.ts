import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Administrator } from '../fabric/administrator.js';
import { findBinaries, type Binaries } from '../fabric/index.js';
import { HOST, ordererNodes, peerNodes, tlsRoot, type OrdererNode, type PeerNode } from '../fabric/layout.js';
import { isListening } from '../processes/index.js';
import type { Topology } from '../topology/index.js';
import { chaincodeView, type ChaincodeView } from './chaincode-view.js';
import { channelView, type ChannelView } from './channel-view.js';
import { dial, type TlsOutcome } from './dial.js';
import { reasonOf } from './one-line.js';
import { askOperations, type Operations } from './operations.js';
import { ChannelUnseen } from './errors.js';
import { remembered } from './remembered.js';

export type LedgerNode = PeerNode | OrdererNode;

/** The environment in which programs are looked for. */
type Environment = Readonly<Record<string, string | undefined>>;

export interface ExaminationOptions {
  readonly topology: Topology;
  /** Addresses of the RPC API of Kubo nodes. */
  readonly kubo?: readonly string[];
  readonly environment?: Environment;
  readonly now?: () => Date;
}

const COMMAND_WITHIN = 10_000;

/** A network that is looked at. Each thing is asked for once, so that all checks judge the same state. */
export class ExaminedNetwork {
  readonly topology: Topology;
  readonly kubo: readonly string[];
  readonly now: () => Date;
  readonly peers: readonly PeerNode[];
  readonly orderers: readonly OrdererNode[];
  /** Whether something listens on a port of this machine. */
  readonly listens: (port: number) => Promise<boolean>;
  /** @throws FabricError BINARIES_MISSING */
  readonly binaries: () => Promise<Binaries>;
  /** The channel's newest configuration, from the first peer that gives it. */
  readonly channel: () => Promise<ChannelView>;
  readonly #operations: (port: string) => Promise<Operations>;
  readonly #chaincode: (peer: string) => Promise<ChaincodeView>;
  readonly #meetings: (node: string) => Promise<TlsOutcome>;

  constructor({ topology, kubo = [], environment, now = () => new Date() }: ExaminationOptions) {
    const isFabric = topology.ledger.kind !== 'embedded';
    this.topology = topology;
    this.kubo = kubo;
    this.now = now;
    this.peers = isFabric ? peerNodes(topology) : [];
    this.orderers = isFabric ? ordererNodes(topology) : [];
    const listens = remembered((port) => isListening(Number(port)));
    this.listens = (port) => listens(String(port));
    const binaries = remembered(() => findBinaries(environment));
    this.binaries = () => binaries('');
    const channel = remembered(() => this.#fetchChannel());
    this.channel = () => channel('');
    this.#operations = remembered((port) => askOperations(Number(port), now));
    this.#chaincode = remembered((name) => this.#askChaincode(name));
    this.#meetings = remembered((name) => this.#meet(name));
  }

  get nodes(): readonly LedgerNode[] {
    return [...this.orderers, ...this.peers];
  }

  operations({ operationsPort }: Pick<LedgerNode, 'operationsPort'>): Promise<Operations> {
    return this.#operations(String(operationsPort));
  }

  /** What a peer knows of the chaincode. @throws FabricError */
  chaincode({ name }: PeerNode): Promise<ChaincodeView> {
    return this.#chaincode(name);
  }

  /** How a node is met by TLS at the port where it serves. */
  tls({ name }: LedgerNode): Promise<TlsOutcome> {
    return this.#meetings(name);
  }

  /** Those that listen and speak for themselves; the check of nodes tells of all others. */
  async running<N extends LedgerNode>(nodes: readonly N[]): Promise<N[]> {
    const isRunning = await Promise.all(
      nodes.map(async (node) => {
        const { health } = await this.operations(node);
        return (health === 'well' || health === 'ill') && this.listens(node.port);
      }),
    );
    return nodes.filter((_, index) => isRunning[index] === true);
  }

  /** Whether nothing listens anywhere. */
  async isDark(): Promise<boolean> {
    const ports = [
      ...this.nodes.flatMap(({ port, operationsPort }) => [port, operationsPort]),
      ...this.peers.map(({ chaincodePort }) => chaincodePort),
    ];
    return !(await Promise.all(ports.map(this.listens))).some(Boolean);
  }

  async #command(peer: PeerNode, args: readonly string[]): Promise<string> {
    const administrator = new Administrator(this.topology, await this.binaries());
    return administrator.peer(peer, args, COMMAND_WITHIN);
  }

  #askChaincode(name: string): Promise<ChaincodeView> {
    const peer = this.peers.find((each) => each.name === name);
    if (peer === undefined) throw new Error('the peers that are asked are those of the topology');
    const { channel, chaincode } = this.topology;
    const of = { channel, name: chaincode.name };
    return chaincodeView((...command) => this.#command(...command), peer, of);
  }

  async #meet(name: string): Promise<TlsOutcome> {
    const node = this.nodes.find((each) => each.name === name);
    if (node === undefined) throw new Error('the nodes that are met are those of the topology');
    const roots = [await readFile(tlsRoot(node.organisation), 'utf8')];
    return dial({ host: HOST, port: node.port, roots });
  }

  async #fetchChannel(): Promise<ChannelView> {
    const reasons: string[] = [];
    for (const peer of await this.running(this.peers)) {
      try {
        return channelView(await this.#configBlock(peer));
      } catch (error) {
        reasons.push(`${peer.name}: ${reasonOf(error)}`);
      }
    }
    const why = reasons.length === 0 ? 'no peer runs' : reasons.join('; ');
    throw new ChannelUnseen(`no peer gave the channel's configuration (${why})`);
  }

  async #configBlock(peer: PeerNode): Promise<Uint8Array> {
    const directory = await mkdtemp(join(tmpdir(), 'tallystick-doctor-'));
    try {
      const file = join(directory, 'config.block');
      await this.#command(peer, ['channel', 'fetch', 'config', file, '-c', this.topology.channel]);
      return await readFile(file);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
}
