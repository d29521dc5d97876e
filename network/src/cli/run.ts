import type { Topology } from '../topology/index.js';
import { serveControl } from './control.js';
import { CliError } from './errors.js';
import { startLedger, type RunningLedger } from './ledger.js';
import { networkTopology, type NetworkOptions } from './network-topology.js';
import { claimRecord, removeRecord, writeRecord, type RunRecord } from './run-record.js';

type Say = (line: string) => void;

function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(name, resolve);
  });
}

/** Keeps the record as the processes are: written one after the other, the last state last. */
class Chronicle {
  readonly #topology: Topology;
  readonly #record: RunRecord;
  #ledger: RunningLedger | undefined;
  #written: Promise<void> = Promise.resolve();

  constructor(topology: Topology, record: RunRecord) {
    this.#topology = topology;
    this.#record = record;
  }

  follow(ledger: RunningLedger): Promise<void> {
    this.#ledger = ledger;
    return this.update();
  }

  update(): Promise<void> {
    this.#written = this.#written.then(() => this.#write());
    return this.#written;
  }

  async close(): Promise<void> {
    this.#ledger = undefined;
    await this.#written;
    await removeRecord(this.#topology.dataDir);
  }

  async #write(): Promise<void> {
    if (this.#ledger === undefined) return;
    const record = { ...this.#record, isReady: true, nodes: await this.#ledger.nodes() };
    await writeRecord(this.#topology.dataDir, record);
  }
}

async function serve(topology: Topology, chronicle: Chronicle, say: Say): Promise<void> {
  const signalled = firstSignal();
  const listeners = new Set<Say>();
  const starting = startLedger(topology, (line) => {
    say(line);
    for (const tell of listeners) tell(line);
    void chronicle.update();
  });
  // A start cannot be taken back half way; ending this process ends its children too.
  const ledger = await Promise.race([starting, signalled]);
  if (typeof ledger === 'string')
    throw new CliError('NOT_STARTED', `stopped by ${ledger} before it was ready`);
  await chronicle.follow(ledger);
  const control = await serveControl({
    dataDir: topology.dataDir,
    async deploy(request, tell) {
      listeners.add(tell);
      try {
        return await ledger.deploy(request);
      } finally {
        listeners.delete(tell);
        await chronicle.update();
      }
    },
  });
  const { channel, ledger: kind } = topology;
  say(JSON.stringify({ ready: true, pid: process.pid, channel, ledger: kind.kind }));
  const reason = await Promise.race([signalled, ledger.failed]);
  say('Stopping');
  await control.close();
  await ledger.stop();
  if (reason === undefined)
    throw new CliError('NOT_STARTED', 'the ledger ended and could not be started again');
}

/**
 * Runs a network until it is told to stop (SIGTERM, SIGINT, SIGHUP), then stops it orderly.
 * @throws CliError, TopologyError, and what starting the ledger throws
 */
export async function run(options: NetworkOptions, say: Say): Promise<void> {
  const topology = await networkTopology(options);
  const chronicle = new Chronicle(topology, await claimRecord(topology.dataDir));
  try {
    await serve(topology, chronicle, say);
  } finally {
    await chronicle.close();
  }
}
