import { encode, participantId } from '@tallystick/chaincode/model';
import { startProcess, type ProcessSpec } from '@tallystick/network/processes';
import { createIdentities } from '@tallystick/network/topology';
import type { Member } from '../demo/cast.js';
import { constitution } from '../demo/requests.js';
import { BUNDLE, COMPILED, nodeSpec } from '../space/programs.js';
import { spaceRecord } from '../space/record.js';
import { bareOptions, connectBare, type BareOptions } from './bare-client.js';
import { median, rounded, type Measurement } from './figures.js';
import { inDirectory } from './stage.js';

const RUNS = 5;
const MSP = 'RegulatorMSP';

// The founding needs no gateway: who founds follows from the MSP id, and the age recipient is one of nobody.
export const founding = constitution({
  mspId: MSP,
  legalName: 'Industrial Data Registry',
  participant: participantId(MSP),
  recipient: `age1${'q'.repeat(58)}`,
} as Member);

interface Place {
  readonly spec: ProcessSpec;
  readonly bare: BareOptions;
}

async function prepared(dataDir: string): Promise<Place> {
  const record = await spaceRecord({ dataDir, bundle: BUNDLE });
  const { topology } = record;
  await createIdentities(topology);
  return {
    spec: await nodeSpec(record, COMPILED),
    bare: bareOptions(topology, MSP, 'officer'),
  };
}

/** Milliseconds from starting the process until the transaction is committed. */
async function firstCommit({ spec, bare }: Place, transaction: string, request: object): Promise<number> {
  const start = performance.now();
  const node = await startProcess(spec);
  try {
    const client = await connectBare(bare);
    await client.submit(transaction, encode(request));
    const elapsed = performance.now() - start;
    client.close();
    return elapsed;
  } finally {
    await node.stop();
  }
}

async function freshAndExisting(dataDir: string): Promise<{ fresh: number; existing: number }> {
  const place = await prepared(dataDir);
  const fresh = await firstCommit(place, 'space:Constitute', founding);
  const existing = await firstCommit(place, 'space:Pause', { reason: 'benchmark' });
  return { fresh, existing };
}

/** The embedded node alone, from the start of its process to its first commit, on no data and on its own data. */
export async function measureStartup(): Promise<Measurement> {
  const runs: { fresh: number; existing: number }[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await inDirectory(freshAndExisting));
  const fresh = median(runs.map((each) => each.fresh));
  const existing = median(runs.map((each) => each.existing));
  const row = (what: string, time: number): Measurement['rows'][number] => ({
    what: `embedded node to first commit, ${what}`,
    reach: '<= 2.5 s',
    measured: `${(time / 1000).toFixed(2)} s`,
    met: time <= 2500,
  });
  return {
    figures: { runs: RUNS, freshMs: rounded(fresh, 0), existingMs: rounded(existing, 0) },
    rows: [row('no data', fresh), row('existing data', existing)],
  };
}
