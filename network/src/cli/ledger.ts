import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startFabricNetwork, type FabricNode } from '../fabric/index.js';
import { replaceFile } from '../identity/index.js';
import { superviseProcess, type ProcessSpec, type RestartPolicy } from '../processes/index.js';
import { createIdentities, embeddedNodeConfig, type Topology } from '../topology/index.js';
import { CliError } from './errors.js';
import { identify } from './process-identity.js';
import type { NodeState } from './run-record.js';

/** A ledger of any kind while it runs. */
export interface RunningLedger {
  nodes(): Promise<NodeState[]>;
  /** Deploys another version of the chaincode; says what runs then. */
  deploy(request: { version: string; bundle: string }): Promise<string>;
  /** Resolves when it cannot go on; never for a ledger that is well. */
  readonly failed: Promise<void>;
  stop(): Promise<void>;
}

type Say = (line: string) => void;

const POLICY: RestartPolicy = {
  maximumRestarts: 20,
  firstDelay: 100,
  maximumDelay: 5_000,
  stableAfter: 10_000,
};

type Seen = Omit<NodeState, 'started' | 'operationsPort'> & { readonly operationsPort?: number | undefined };

async function stateOf({ operationsPort, ...node }: Seen): Promise<NodeState> {
  const started = (await identify(node.pid))?.started ?? '';
  return { ...node, started, ...(operationsPort !== undefined && { operationsPort }) };
}

const seen = ({ name, kind, mspId, pid, restarts, logFile, port, operationsPort }: FabricNode): Seen => ({
  name,
  kind,
  mspId,
  pid,
  restarts,
  logFile,
  port,
  operationsPort,
});

async function startFabric(topology: Topology, say: Say): Promise<RunningLedger> {
  const network = await startFabricNetwork(topology, { say });
  return {
    // A server of the chaincode that has replaced another has its name, and its process still the one it was started under.
    nodes: () =>
      Promise.all(Object.entries(network.nodes).map(([name, node]) => stateOf({ ...seen(node), name }))),
    async deploy(request) {
      const { version, sequence, packageId } = await network.upgrade(request);
      return `Version ${version} runs as sequence ${sequence}, package ${packageId}`;
    },
    failed: new Promise(() => undefined),
    stop: () => network.stop(),
  };
}

const EMBEDDED_DEPLOYS =
  'the embedded node has no chaincode lifecycle: it runs the bundle that `up --chaincode` names';

const PROGRAM = fileURLToPath(new URL(`../embedded/main${extname(import.meta.url)}`, import.meta.url));

async function embeddedSpec(topology: Topology): Promise<ProcessSpec> {
  const file = join(topology.dataDir, 'node.json');
  await replaceFile(file, `${JSON.stringify(embeddedNodeConfig(topology), null, 2)}\n`, { isPrivate: false });
  const { PATH = '', HOME = '' } = process.env;
  return {
    name: 'node',
    // The options of Node under which this program runs: without them it may not read its own sources.
    args: [...process.execArgv, PROGRAM, '--config', file],
    env: { PATH, HOME },
    logFile: join(topology.dataDir, 'logs/node.log'),
    ports: topology.organisations.flatMap(({ peers }) => peers.map(({ port }) => port)),
  };
}

async function startEmbedded(topology: Topology, say: Say): Promise<RunningLedger> {
  say('Making identities and configuration');
  await createIdentities(topology);
  const spec = await embeddedSpec(topology);
  say('Starting the embedded node');
  let restarts = 0;
  const supervision = await superviseProcess(spec, POLICY, (event) => {
    if (event.kind === 'restarted') restarts += 1;
    say(`node: ${event.kind}`);
  });
  const [port = 0] = spec.ports ?? [];
  const { name, logFile } = spec;
  return {
    nodes: async () => {
      const { pid } = supervision.process;
      return [await stateOf({ name, kind: 'node', mspId: '', pid, restarts, logFile, port })];
    },
    deploy: () => Promise.reject(new CliError('NOT_DEPLOYED', EMBEDDED_DEPLOYS)),
    failed: supervision.done,
    async stop() {
      await supervision.stop();
    },
  };
}

/** Starts the ledger of a topology, whichever kind it is of; throws what starting it throws. */
export const startLedger = (topology: Topology, say: Say): Promise<RunningLedger> =>
  topology.ledger.kind === 'embedded' ? startEmbedded(topology, say) : startFabric(topology, say);
