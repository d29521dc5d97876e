import { resolve } from 'node:path';
import { startProcess, stopAll, type ProcessSpec, type RunningProcess } from '@tallystick/network/processes';
import { createIdentities, type LedgerKind, type Topology } from '@tallystick/network/topology';
import { startSingle, type Backing } from './space/backing.js';
import * as programs from './space/programs.js';
import { startFabric } from './space/fabric.js';
import { kuboApi, startSwarm } from './space/kubo.js';
import { spaceRecord, type SpaceRecord, type StoreKind } from './space/record.js';

export interface SpaceOptions {
  /** Where everything lives; `.tallystick` by default. A space that is there already is started anew as it was. */
  readonly dataDir?: string;
  /** First of the ports of a new space; free ones are chosen otherwise. */
  readonly basePort?: number;
  /** When the ledger of a new space cuts a block. */
  readonly batch?: Topology['batch'];
  /** The ledger of a new space: the embedded node by default. */
  readonly ledger?: LedgerKind;
  /** Of a new space on real Fabric: peers of each member, and orderers; one, and four (BFT) or one (Raft), by default. */
  readonly peersPerOrganisation?: number;
  readonly orderers?: number;
  /** What the gateways of a new space keep payloads in: files of their own by default. */
  readonly store?: StoreKind;
  /** Further variables of every gateway. */
  readonly gatewayEnvironment?: programs.Environment;
  /** Another chaincode than the compiled one, for a new space. */
  readonly bundle?: string;
  /** Version of the chaincode definition of a new space; it names the rules. The newest by default. */
  readonly version?: string;
  /** Other programs than the compiled ones. */
  readonly programs?: Partial<programs.Programs>;
}

/** An organisation's gateway while the space runs. */
export interface SpaceGateway {
  readonly mspId: string;
  readonly url: string;
  /** The process that serves now; after a restart it is another one. */
  readonly process: RunningProcess;
  /** API key of every enrolled identity of the organisation, by the identity's name. */
  readonly keys: Readonly<Record<string, string>>;
  readonly identitiesDir: string;
  readonly dataDir: string;
}

/** A ledger and a gateway for each organisation, all of them processes of their own. */
export interface Space {
  readonly dataDir: string;
  readonly topology: Topology;
  /** What the gateways stand on: the ledger first. */
  readonly backings: readonly Backing[];
  /** By MSP id. */
  readonly gateways: Readonly<Record<string, SpaceGateway>>;
  /** Base URLs of the RPC APIs of the organisations' Kubos by MSP id; none where payloads are in files of the gateways. */
  readonly kuboApis: Readonly<Record<string, string>>;
  /** Stops everything, the ledger last. */
  stop(): Promise<void>;
  /** Kills the process of that name (an MSP id for a gateway, `node` for the embedded ledger) at once, as a crash would. */
  kill(name: string): Promise<void>;
  /** Starts a process again, after stopping it if it runs; the variables are for this run only. */
  restart(name: string, environment?: programs.Environment): Promise<void>;
}

class RunningSpace implements Space {
  readonly backings: Backing[] = [];
  readonly #record: SpaceRecord;
  readonly #gatewaySpecs: ReadonlyMap<string, ProcessSpec>;
  readonly #running = new Map<string, RunningProcess>();

  constructor(record: SpaceRecord, gateways: readonly ProcessSpec[]) {
    this.#record = record;
    this.#gatewaySpecs = new Map(gateways.map((spec) => [spec.name, spec]));
  }

  get dataDir(): string {
    return this.topology.dataDir;
  }

  get topology(): Topology {
    return this.#record.topology;
  }

  get gateways(): Readonly<Record<string, SpaceGateway>> {
    const ids = Object.keys(this.#record.gateways);
    return Object.fromEntries(ids.map((mspId) => [mspId, this.#gateway(mspId)]));
  }

  get kuboApis(): Readonly<Record<string, string>> {
    const kubos = Object.entries(this.#record.kubo ?? {});
    return Object.fromEntries(kubos.map(([mspId, ports]) => [mspId, kuboApi(ports)]));
  }

  async start(backings: readonly (() => Promise<Backing>)[]): Promise<void> {
    try {
      for (const start of backings) this.backings.push(await start());
      const starting = await Promise.allSettled(
        Object.keys(this.#record.gateways).map((id) => this.restart(id)),
      );
      const failed = starting.find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    // The gateways come up side by side; the order of the specs is the order in which they are stopped.
    await stopAll([...this.#gatewaySpecs.keys()].flatMap((name) => this.#running.get(name) ?? []));
    for (const each of this.backings.toReversed()) await each.stop();
  }

  async kill(name: string): Promise<void> {
    const victim = this.#running.get(name) ?? this.#backingOf(name)?.processes[name];
    if (victim === undefined) throw unknown(name);
    await victim.kill();
  }

  async restart(name: string, environment: programs.Environment = {}): Promise<void> {
    const spec = this.#gatewaySpecs.get(name);
    if (spec === undefined) {
      const backing = this.#backingOf(name);
      if (backing === undefined) throw unknown(name);
      await backing.restart(name);
      return;
    }
    await this.#running.get(name)?.stop();
    this.#running.set(name, await startProcess({ ...spec, env: { ...spec.env, ...environment } }));
  }

  #backingOf(name: string): Backing | undefined {
    return this.backings.find(({ processes }) => Object.hasOwn(processes, name));
  }

  #gateway(mspId: string): SpaceGateway {
    const found = this.#running.get(mspId);
    if (found === undefined) throw unknown(mspId);
    const { port = 0, keys = {} } = this.#record.gateways[mspId] ?? {};
    const { url } = found.ready;
    return {
      mspId,
      url: typeof url === 'string' ? url : `http://127.0.0.1:${port}`,
      process: found,
      keys,
      identitiesDir: programs.identitiesDirectory(this.#record, mspId),
      dataDir: programs.gatewayDirectory(this.#record, mspId),
    };
  }
}

const unknown = (name: string): Error => new Error(`no process is called ${name}`);

async function startLedger(record: SpaceRecord, commands: programs.Programs): Promise<Backing> {
  if (record.topology.ledger.kind !== 'embedded') return startFabric(record.topology);
  return startSingle(await programs.nodeSpec(record, commands));
}

/**
 * Starts the default space: makes what is missing (identities, ports, API keys), then the ledger, then a gateway for each
 * organisation, and waits until all are ready. If one of them fails, the others are stopped and its error is thrown.
 */
export async function startSpace(options: SpaceOptions = {}): Promise<Space> {
  const commands = { ...programs.COMPILED, ...options.programs };
  if (options.programs === undefined) await programs.requireCompiled();
  const { dataDir: directory = '.tallystick', gatewayEnvironment, programs: _, ...wanted } = options;
  const dataDir = resolve(directory);
  const record = await spaceRecord({ bundle: programs.BUNDLE, ...wanted, dataDir });
  await createIdentities(record.topology);
  const gateways = await Promise.all(
    Object.keys(record.gateways).map((mspId) => programs.gatewaySpec(record, mspId, commands)),
  );
  const specs = gateways.map((spec) => ({ ...spec, env: { ...spec.env, ...gatewayEnvironment } }));
  const space = new RunningSpace(record, specs);
  await space.start([
    () => startLedger(record, commands),
    ...(record.kubo === undefined ? [] : [() => startSwarm(record)]),
  ]);
  return space;
}
