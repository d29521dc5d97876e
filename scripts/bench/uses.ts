import type { Client } from '../demo/client.js';
import { inDays } from '../demo/requests.js';
import { askOf, grant, type Scene } from '../demo/story.js';
import { rounded, type Measurement } from './figures.js';
import { partsOf, spent, timesOf } from './processor.js';
import { evidenceKept } from './provable.js';
import { onStage, type Stage } from './stage.js';

const CLIENTS = [32, 64];
const USES = 480;
const WARM_UP = 120;
/** What is sustained: callers and uses until every receipt can be proven. */
const SUSTAINED = { clients: 64, uses: 600 };
const TRANSACTIONS_PER_USE = 3;
const PAUSE_MS = 10;

interface Listed {
  readonly items: readonly unknown[];
}

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

// The answer cannot be in the block of its request, and while there is none a later block must come.
async function allowed(client: Client, usageId: string, requestedIn: number): Promise<void> {
  for (let block = requestedIn + 1; ; block += 1) {
    const { state } = await client.get<{ state: string }>(`/usages/${usageId}?minBlock=${block}`);
    if (state === 'ALLOWED') return;
    if (state !== 'REQUESTED') throw new Error(`the use is ${state}`);
    await rest();
  }
}

/** Waits until a use, requested in a block, is allowed. */
export type UntilAllowed = (client: Client, usageId: string, requestedIn: number) => Promise<void>;

async function useOnce(client: Client, ask: object, untilAllowed: UntilAllowed): Promise<void> {
  const { usageId, blockNumber } = await client.post<{ usageId: string; blockNumber: number }>(
    '/usages',
    ask,
  );
  await untilAllowed(client, usageId, blockNumber);
  await client.open(usageId);
}

async function inParallel(clients: number, count: number, work: () => Promise<void>): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: clients }, worker));
}

// The acknowledgement is submitted as the file ends: a use is over when the ledger says so.
async function allAcknowledged(client: Client, grantId: string): Promise<void> {
  const path = `/usages?grant=${grantId}&state=ALLOWED&limit=1`;
  while ((await client.get<Listed>(path)).items.length > 0) await rest();
}

/** A number of uses, some of them at a time, until the ledger says that all are acknowledged and every gateway can prove them. */
async function sustained(stage: Stage, grantId: string): Promise<Sustained> {
  const { clients, uses } = SUSTAINED;
  const start = performance.now();
  const { usesPerSecond } = await round(stage, grantId, clients, uses);
  const acknowledged = performance.now();
  await evidenceKept(stage.space);
  const end = performance.now();
  return {
    clients,
    uses,
    usesPerSecond: rounded((uses / (end - start)) * 1000, 1),
    acknowledgedPerSecond: usesPerSecond,
    behindMs: rounded(end - acknowledged, 0),
  };
}

interface Sustained {
  readonly clients: number;
  readonly uses: number;
  /** Until nothing is left that could not be proven. */
  readonly usesPerSecond: number;
  readonly acknowledgedPerSecond: number;
  /** How long proofs came after the last acknowledgement. */
  readonly behindMs: number;
}

export interface Round {
  readonly clients: number;
  readonly uses: number;
  readonly usesPerSecond: number;
  readonly processorMsPerTransaction: Readonly<Record<string, number>>;
}

/** A number of uses, some of them at a time, until the ledger says that all are acknowledged. */
export async function round(
  { space, scene }: Stage,
  grantId: string,
  clients: number,
  uses: number,
  untilAllowed: UntilAllowed = allowed,
): Promise<Round> {
  const { connector } = scene.cast.supplier;
  const ask = (changing: Scene): object => askOf(changing, grantId);
  const parts = await partsOf(space);
  const before = await timesOf(parts);
  const start = performance.now();
  await inParallel(clients, uses, () => useOnce(connector, ask(scene), untilAllowed));
  await allAcknowledged(connector, grantId);
  const seconds = (performance.now() - start) / 1000;
  const used = spent(before, await timesOf(parts), uses * TRANSACTIONS_PER_USE);
  return {
    clients,
    uses,
    usesPerSecond: rounded(uses / seconds, 1),
    processorMsPerTransaction: Object.fromEntries(
      Object.entries(used).map(([name, time]) => [name, rounded(time)]),
    ),
  };
}

/** Uses from request to acknowledgement through both gateways, many at a time. */
export function measureUses(): Promise<Measurement> {
  return onStage(async (stage) => {
    const grantId = await grant(stage.scene, 'grant', { uses: 100_000, until: inDays(90) });
    await round(stage, grantId, CLIENTS[0] ?? 1, WARM_UP);
    const rounds: Round[] = [];
    for (const clients of CLIENTS) rounds.push(await round(stage, grantId, clients, USES));
    await evidenceKept(stage.space);
    const kept = await sustained(stage, grantId);
    const best = rounds.reduce((a, b) => (b.usesPerSecond > a.usesPerSecond ? b : a));
    const parts = Object.entries(best.processorMsPerTransaction).map(([name, time]) => `${name} ${time}`);
    return {
      figures: { rounds, sustained: kept },
      rows: [
        {
          what: 'committed uses through gateways, 2 of 3 endorsing',
          reach: '>= 30/s (aim 45)',
          measured: `${best.usesPerSecond}/s, ${best.clients} clients; ms/tx: ${parts.join(', ')}`,
          met: best.usesPerSecond >= 30,
        },
        {
          what: 'uses sustained until every receipt can be proven',
          reach: '>= 1.7x 14.6/s',
          measured: `${kept.usesPerSecond}/s, ${kept.clients} clients, ${kept.uses} uses; proofs ${kept.behindMs} ms behind`,
          met: kept.usesPerSecond >= 1.7 * 14.6,
        },
      ],
    };
  });
}
