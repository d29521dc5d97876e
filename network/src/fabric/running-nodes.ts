import { FabricError } from './errors.js';
import { startNode, type FabricNode, type NodeSpec } from './supervised-node.js';

/** The processes of a network, by name, while they are kept running. */
export class RunningNodes {
  readonly #nodes = new Map<string, FabricNode>();
  readonly #say: (line: string) => void;
  #isStopping = false;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  get all(): Readonly<Record<string, FabricNode>> {
    return Object.fromEntries(this.#nodes);
  }

  /** Starts a node under the name of its process. @throws ProcessError; FabricError STOPPED when all are being stopped */
  async start(spec: NodeSpec): Promise<void> {
    const node = await startNode(spec, this.#say);
    this.#nodes.set(spec.process.name, node);
    if (!this.#isStopping) return;
    await node.stop();
    throw new FabricError('STOPPED', 'the network is being stopped');
  }

  /** From now on a node has the name of another, which gets a new one. */
  succeed(successor: string, name: string, retired: string): void {
    const [incoming, outgoing] = [this.#nodes.get(successor), this.#nodes.get(name)];
    if (incoming === undefined) throw new Error(`no node is called ${successor}`);
    this.#nodes.delete(successor);
    this.#nodes.set(name, incoming);
    if (outgoing !== undefined) this.#nodes.set(retired, outgoing);
  }

  /** Ends nodes for good; names that nobody has are passed over. */
  async end(names: readonly string[]): Promise<void> {
    await Promise.all(names.map(async (name) => this.#nodes.get(name)?.stop()));
    for (const name of names) this.#nodes.delete(name);
  }

  /** Ends everything: chaincode, then peers, then orderers. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const kind of ['chaincode', 'peer', 'orderer'] as const) {
      const nodes = [...this.#nodes.values()].filter((node) => node.kind === kind);
      await Promise.all(nodes.map((node) => node.stop()));
    }
  }
}
