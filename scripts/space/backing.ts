import type { FabricNetwork } from '@tallystick/network/fabric';
import { startProcess, type ProcessSpec } from '@tallystick/network/processes';

/** A process that can be looked at and killed. */
interface BackingProcess {
  readonly pid: number;
  /** Kills it at once, as a crash would. */
  kill(): Promise<unknown>;
}

/** What gateways stand on, a ledger or a content store: one process or many. */
export interface Backing {
  /** Where it is a network of real Fabric. */
  readonly network?: FabricNetwork;
  /** As they run now, by name. */
  readonly processes: Readonly<Record<string, BackingProcess>>;
  /** Starts one of them again, after stopping it if it runs. */
  restart(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** One process of its own as a backing, under the name of its spec. */
export async function startSingle(spec: ProcessSpec): Promise<Backing> {
  let running = await startProcess(spec);
  return {
    get processes() {
      return { [spec.name]: running };
    },
    async restart() {
      await running.stop();
      running = await startProcess(spec);
    },
    async stop() {
      await running.stop();
    },
  };
}
