import type { Topology } from '../topology/index.js';
import type { Binaries } from './binaries.js';
import { run } from './command.js';
import {
  address,
  administratorMsp,
  ordererNodes,
  tlsFiles,
  tlsRoot,
  type OrdererNode,
  type PeerNode,
} from './layout.js';
import { FabricError } from './errors.js';

const ALREADY_JOINED = /cannot join: channel already exists/;

/** What an organisation's administrator does at its own nodes, with Fabric's `peer` and `osnadmin`. */
export class Administrator {
  readonly #topology: Topology;
  readonly #binaries: Binaries;

  constructor(topology: Topology, binaries: Binaries) {
    this.#topology = topology;
    this.#binaries = binaries;
  }

  /** Runs `peer` against a peer, as the administrator of its organisation. Returns what it printed. */
  peer(peer: PeerNode, args: readonly string[], within?: number): Promise<string> {
    return run({
      program: this.#binaries.peer,
      args,
      env: {
        FABRIC_CFG_PATH: peer.directory,
        FABRIC_LOGGING_SPEC: 'error',
        CORE_PEER_MSPCONFIGPATH: administratorMsp(this.#topology, peer.mspId),
      },
      ...(within !== undefined && { within }),
    });
  }

  /** Options of `peer` that name an orderer. */
  get ordererOptions(): string[] {
    const [orderer] = ordererNodes(this.#topology);
    if (orderer === undefined) throw new FabricError('TOPOLOGY_UNSUITED', 'the topology has no orderer');
    return ['-o', address(orderer.port), '--tls', '--cafile', tlsRoot(orderer.organisation)];
  }

  /** Joins an orderer to the channel; nothing happens when it is a member. */
  async joinOrderer(orderer: OrdererNode, block: string): Promise<void> {
    const { certificate, key, root } = tlsFiles(orderer.identity);
    const { channel } = this.#topology;
    const args = [
      'channel',
      'join',
      '--channelID',
      channel,
      '--config-block',
      block,
      '-o',
      address(orderer.adminPort),
    ];
    const tls = ['--ca-file', root, '--client-cert', certificate, '--client-key', key];
    const said = await run({ program: this.#binaries.osnadmin, args: [...args, ...tls] });
    if (/^Status: 201/m.test(said) || ALREADY_JOINED.test(said)) return;
    throw new FabricError('COMMAND_FAILED', `${orderer.name} did not join ${channel}:\n${said.trim()}`);
  }

  /** Joins a peer to the channel; nothing happens when it is a member. */
  async joinPeer(peer: PeerNode, block: string): Promise<void> {
    const joined = await this.peer(peer, ['channel', 'list']);
    if (joined.split('\n').includes(this.#topology.channel)) return;
    await this.peer(peer, ['channel', 'join', '-b', block]);
  }
}
