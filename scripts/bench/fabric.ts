import { setTimeout as rest } from 'node:timers/promises';
import { encode } from '@tallystick/chaincode/model';
import type { LedgerKind } from '@tallystick/network/topology';
import { Acts } from '../faults/acts.js';
import { killUnderLoad, type Outage } from '../faults/outage.js';
import { ledgerOf } from '../faults/projections.js';
import { feelPulse } from '../faults/pulse.js';
import { setStage } from '../faults/stage.js';
import { Witness } from '../faults/witness.js';
import type { Client } from '../demo/client.js';
import { inDays } from '../demo/requests.js';
import { askOf, grant } from '../demo/story.js';
import { startSpace, type Space } from '../space.js';
import { startFabric } from '../space/fabric.js';
import { BUNDLE } from '../space/programs.js';
import { spaceRecord } from '../space/record.js';
import { bareOptions, connectBare } from './bare-client.js';
import { median, milliseconds, rounded, type Measurement, type Row } from './figures.js';
import { inDirectory, onStage, type Stage } from './stage.js';
import { founding } from './startup.js';
import { round, type UntilAllowed } from './uses.js';

/** Real Fabric. */
export type FabricKind = Exclude<LedgerKind, 'embedded'>;

const STARTS = 3;
const FOUNDER = 'RegulatorMSP';

/** From an empty directory to the first commit: keys, genesis block, processes, channel, chaincode, one transaction. */
async function fromNothing(ledger: FabricKind, dataDir: string): Promise<number> {
  const { topology } = await spaceRecord({ dataDir, bundle: BUNDLE, ledger });
  const start = performance.now();
  const network = await startFabric(topology);
  try {
    const client = await connectBare(bareOptions(topology, FOUNDER, 'officer'));
    await client.submit('space:Constitute', encode(founding));
    const elapsed = performance.now() - start;
    client.close();
    return elapsed;
  } finally {
    await network.stop();
  }
}

export async function measureNetworkStart(ledger: FabricKind): Promise<Measurement> {
  const times: number[] = [];
  for (let run = 0; run < STARTS; run += 1)
    times.push(await inDirectory((directory) => fromNothing(ledger, directory)));
  const time = median(times);
  const measured = `${(time / 1000).toFixed(2)} s (${times.map((each) => (each / 1000).toFixed(1)).join(', ')})`;
  const row = {
    what: 'nothing to first committed transaction',
    reach: '<= 6 s',
    measured,
    met: time <= 6000,
  };
  return { figures: { ms: rounded(time, 0), all: times.map((each) => rounded(each, 0)) }, rows: [row] };
}

const REQUESTS = 100;
const WARM_UP = 10;

/** What follows an answer at gateways and peers is over by then. */
const QUIET = 300;

/** Submits one use after the other, when the one before is answered and nothing else is under way. */
async function requestTimes(client: Client, ask: object, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let request = 0; request < count; request += 1) {
    let usageId = '';
    times.push(
      await milliseconds(async () => {
        ({ usageId } = await client.post<{ usageId: string }>('/usages', ask));
      }),
    );
    await client.answered(usageId);
    await rest(QUIET);
  }
  return times;
}

const at = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;

async function requestOnStage({ scene }: Stage): Promise<Measurement> {
  const grantId = await grant(scene, 'grant', { uses: 100_000, until: inDays(90) });
  const { connector } = scene.cast.supplier;
  await requestTimes(connector, askOf(scene, grantId), WARM_UP);
  const times = await requestTimes(connector, askOf(scene, grantId), REQUESTS);
  const [p50, p90] = [at(times, 0.5), at(times, 0.9)];
  const measured = `${p50.toFixed(0)} ms (p90 ${p90.toFixed(0)} ms)`;
  return {
    figures: { requests: REQUESTS, p50: rounded(p50), p90: rounded(p90), p99: rounded(at(times, 0.99)) },
    rows: [{ what: 'usage:Request over HTTP, p50', reach: '<= 90 ms', measured, met: p50 <= 90 }],
  };
}

export const measureRequest = (ledger: FabricKind): Promise<Measurement> =>
  onStage(requestOnStage, { ledger });

const CLIENTS = 96;
const USES = 384;
const TRANSACTIONS_PER_USE = 3;
/** Answers take seconds with so many under way: who asks at every block makes the gateway work for nothing. */
const ASK_EVERY = 1000;
const ANSWERED_WITHIN = 60_000;

const untilAllowed: UntilAllowed = async (client, usageId) => {
  await rest(ASK_EVERY);
  const { state } = await client.answered(usageId, ANSWERED_WITHIN, ASK_EVERY);
  if (state !== 'ALLOWED') throw new Error(`the use is ${state}`);
};
const REACH: Readonly<Record<FabricKind, number>> = { 'fabric-bft': 15, 'fabric-raft': 25 };

function groupOf(part: string): string {
  const [, kind] = /^(orderer|peer|chaincode|kubo)/.exec(part) ?? [];
  if (kind !== undefined) return kind === 'chaincode' ? kind : `${kind}s`;
  return part === 'clients' ? part : 'gateways';
}

/** Processor milliseconds per use, by kind of process. */
function byGroup(perTransaction: Readonly<Record<string, number>>): Record<string, number> {
  const groups: Record<string, number> = {};
  for (const [part, time] of Object.entries(perTransaction)) {
    const group = groupOf(part);
    groups[group] = rounded((groups[group] ?? 0) + time * TRANSACTIONS_PER_USE, 1);
  }
  return groups;
}

export function measureUsesOnFabric(ledger: FabricKind): Promise<Measurement> {
  return onStage(
    async (stage) => {
      const grantId = await grant(stage.scene, 'grant', { uses: 100_000, until: inDays(90) });
      await round(stage, grantId, CLIENTS, CLIENTS, untilAllowed);
      const rounds = [];
      for (let count = 0; count < 2; count += 1) {
        const { usesPerSecond, processorMsPerTransaction } = await round(
          stage,
          grantId,
          CLIENTS,
          USES,
          untilAllowed,
        );
        rounds.push({ usesPerSecond, processorMsPerUse: byGroup(processorMsPerTransaction) });
      }
      const best = rounds.reduce((a, b) => (b.usesPerSecond > a.usesPerSecond ? b : a));
      const { clients = 0, ...servers } = best.processorMsPerUse;
      const total = Object.values(servers).reduce((sum, time) => sum + time, 0);
      const parts = Object.entries(servers).map(([group, time]) => `${group} ${time}`);
      const measured = `${best.usesPerSecond}/s; server ms/use: ${total.toFixed(0)} (${parts.join(', ')}; clients ${clients})`;
      const what = `uses per second, ${CLIENTS} in flight`;
      const reach = REACH[ledger];
      const row: Row = { what, reach: `>= ${reach}/s`, measured, met: best.usesPerSecond >= reach };
      return { figures: { clients: CLIENTS, uses: USES, rounds }, rows: [row] };
    },
    { ledger },
  );
}

const LEADERS = 2;
const LOAD = 24;
const ORDERERS_OF_RAFT = 3;

async function killLeaders(space: Space): Promise<Outage[]> {
  const witness = new Witness();
  const acts = new Acts(await setStage(space), witness, { answer: 60_000, close: 60_000 });
  const regulator = space.gateways['RegulatorMSP'];
  if (regulator === undefined) throw new Error('no gateway of the regulator');
  const ledger = await ledgerOf(space, regulator);
  const pulse = feelPulse(ledger);
  const outages: Outage[] = [];
  try {
    for (let number = 1; number <= LEADERS; number += 1) {
      const kill = { number, place: 'leader', victim: 'leader', nth: 1, isDuringRecovery: false } as const;
      outages.push(
        await killUnderLoad(space, { ...kill, parallel: LOAD, delay: 2000 }, acts, pulse, witness),
      );
    }
  } finally {
    pulse.stop();
    ledger.close();
  }
  return outages;
}

/** The leading orderer dies under load: how long no block comes, and what clients notice. */
export async function measureLeader(ledger: FabricKind): Promise<Measurement> {
  const orderers = ledger === 'fabric-raft' ? { orderers: ORDERERS_OF_RAFT } : {};
  const outages = await inDirectory(async (dataDir) => {
    const space = await startSpace({ dataDir, ledger, ...orderers });
    try {
      return await killLeaders(space);
    } finally {
      await space.stop();
    }
  });
  const longest = Math.max(...outages.map(({ silence }) => silence));
  const errors = outages.flatMap((each) => each.errors);
  const times = outages.map(({ silence }) => (silence / 1000).toFixed(1)).join(', ');
  const row: Row = {
    what: 'leader killed under load: time to the next commit',
    reach: '<= 10 s, no client error',
    measured: `${times} s; ${errors.length} client errors`,
    met: longest <= 10_000 && errors.length === 0,
  };
  return { figures: { silencesMs: outages.map(({ silence }) => silence), errors }, rows: [row] };
}
