import { setTimeout as delay } from 'node:timers/promises';
import {
  superviseProcess,
  type ProcessSpec,
  type RestartPolicy,
  type RunningProcess,
  type Supervision,
  type SupervisionEvent,
} from '../processes/index.js';
import { FabricError } from './errors.js';

export type FabricNodeKind = 'orderer' | 'peer' | 'chaincode';

/** A process of the network, kept running: when it ends by itself it is started again. */
export interface FabricNode {
  readonly name: string;
  readonly kind: FabricNodeKind;
  readonly mspId: string;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  readonly isRunning: boolean;
  readonly logFile: string;
  readonly restarts: number;
  /** Where it serves. */
  readonly port: number;
  /** Where it tells of its health and metrics, on the loopback address, if it does. */
  readonly operationsPort: number | undefined;
  /** Kills it at once, as a crash would; it is started again. */
  kill(): Promise<unknown>;
  /** Resolves when it runs (again). @throws FabricError NOT_IN_TIME */
  running(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

export interface NodeSpec {
  readonly kind: FabricNodeKind;
  readonly mspId: string;
  readonly process: ProcessSpec;
  /** Known beforehand; a chaincode server says its own in its ready line. */
  readonly operationsPort?: number;
}

const PORT = /:(\d+)$/;

const POLICY: RestartPolicy = {
  maximumRestarts: 1000,
  firstDelay: 100,
  maximumDelay: 5_000,
  stableAfter: 10_000,
};
const BACK_WITHIN = 60_000;
const POLL = 50;

class SupervisedNode implements FabricNode {
  readonly kind: FabricNodeKind;
  readonly mspId: string;
  restarts = 0;
  readonly port: number;
  readonly #operationsPort: number | undefined;
  #supervision: Supervision | undefined;

  constructor({ kind, mspId, process: { ports = [] }, operationsPort }: NodeSpec) {
    this.kind = kind;
    this.mspId = mspId;
    this.port = ports[0] ?? 0;
    this.#operationsPort = operationsPort;
  }

  get operationsPort(): number | undefined {
    const { operations } = this.#process.ready;
    const said = typeof operations === 'string' ? PORT.exec(operations)?.[1] : undefined;
    return this.#operationsPort ?? (said === undefined ? undefined : Number(said));
  }

  get name(): string {
    return this.#process.name;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  get logFile(): string {
    return this.#process.logFile;
  }

  async start(spec: ProcessSpec, say: (line: string) => void): Promise<void> {
    this.#supervision = await superviseProcess(spec, POLICY, (event) => {
      if (event.kind === 'restarted') this.restarts += 1;
      say(`${spec.name} ${textOf(event)}`);
    });
  }

  kill(): Promise<unknown> {
    return this.#process.kill();
  }

  async running(): Promise<void> {
    const until = Date.now() + BACK_WITHIN;
    while (!this.isRunning) {
      if (Date.now() > until) throw new FabricError('NOT_IN_TIME', `${this.name} did not come back`);
      await delay(POLL);
    }
  }

  async stop(): Promise<void> {
    await this.#supervision?.stop();
  }

  get #process(): RunningProcess {
    if (this.#supervision === undefined) throw new Error('a node is handed out when it has been started');
    return this.#supervision.process;
  }
}

function textOf(event: SupervisionEvent): string {
  if (event.kind === 'ended') return `ended (${event.exit.signal ?? `code ${event.exit.code ?? '?'}`})`;
  if (event.kind === 'failed') return `could not be started again: ${String(event.error)}`;
  return event.kind === 'restarted' ? 'runs again' : 'was given up';
}

/** Starts a process and keeps it running; `say` is told when it ends by itself. @throws ProcessError */
export async function startNode(spec: NodeSpec, say: (line: string) => void): Promise<FabricNode> {
  const node = new SupervisedNode(spec);
  await node.start(spec.process, say);
  return node;
}
