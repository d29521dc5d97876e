import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encode } from '@tallystick/chaincode/model';
import { costValuation, inDays } from '../demo/requests.js';
import { grant } from '../demo/story.js';
import type { SpaceOptions } from '../space.js';
import { bareOptions } from './bare-client.js';
import { median, rounded, type Measurement } from './figures.js';
import { processorTime } from './processor.js';
import { onStage, type Stage } from './stage.js';

const MSP = 'SteelMSP';
const TURNS = 8;
const PER_TURN = 60;
const BARE = fileURLToPath(new URL('bare-client.ts', import.meta.url));

interface Turn {
  /** Milliseconds of every submission. */
  readonly latencies: readonly number[];
  /** Processor milliseconds per submission: of who submitted, and of the gateway meanwhile. */
  readonly own: number;
  readonly gateway: number;
}

type Submit = (request: object) => Promise<number>;

async function startBare({ space }: Stage): Promise<ChildProcess> {
  const options = bareOptions(space.topology, MSP, 'operator');
  const execArgv = ['--conditions=source', '--import', 'tsx'];
  const child = fork(BARE, [JSON.stringify(options)], { execArgv, cwd: join(dirname(BARE), '../..') });
  await once(child, 'message');
  return child;
}

const byBare =
  (child: ChildProcess): Submit =>
  async (request) => {
    child.send({ transaction: 'valuations:Assess', argument: encode(request) });
    const [answer] = (await once(child, 'message')) as [{ ms?: number; error?: string }];
    if (answer.ms === undefined) throw new Error(`the bare client failed: ${answer.error ?? ''}`);
    return answer.ms;
  };

const byHttp =
  ({ scene }: Stage): Submit =>
  async (request) => {
    const start = performance.now();
    await scene.cast.steel.operator.submit('valuations:Assess', request);
    return performance.now() - start;
  };

async function takeTurn(
  submit: Submit,
  requests: readonly object[],
  own: number,
  gateway: number,
): Promise<Turn> {
  const before = await Promise.all([processorTime(own), processorTime(gateway)]);
  const latencies: number[] = [];
  for (const request of requests) latencies.push(await submit(request));
  const after = await Promise.all([processorTime(own), processorTime(gateway)]);
  return {
    latencies,
    own: (after[0] - before[0]) / requests.length,
    gateway: (after[1] - before[1]) / requests.length,
  };
}

/** Turn about, so that whatever else the machine does meets both alike; the first turn of each warms up. */
async function interleaved(stage: Stage, child: ChildProcess): Promise<{ http: Turn[]; bare: Turn[] }> {
  const grantId = await grant(stage.scene, 'grant', { uses: 1, until: inDays(90) });
  const gateway = stage.space.gateways[MSP]?.process.pid ?? 0;
  const requests = (): object[] =>
    Array.from({ length: PER_TURN }, () => ({
      ...costValuation(stage.scene.version, grantId),
      nonce: randomBytes(16).toString('hex'),
    }));
  const http: Turn[] = [];
  const bare: Turn[] = [];
  for (let turn = 0; turn <= TURNS; turn += 1) {
    http.push(await takeTurn(byHttp(stage), requests(), gateway, gateway));
    bare.push(await takeTurn(byBare(child), requests(), child.pid ?? 0, gateway));
  }
  return { http: http.slice(1), bare: bare.slice(1) };
}

function judge(http: readonly Turn[], bare: readonly Turn[]): Measurement {
  const p50 = (turns: readonly Turn[]): number => median(turns.flatMap(({ latencies }) => latencies));
  const cpu = (turns: readonly Turn[]): number => median(turns.map(({ own }) => own));
  // A gateway also follows the blocks, whoever submits: what it used while the bare client submitted.
  const following = median(bare.map(({ gateway }) => gateway));
  const ratio = (cpu(http) - following) / cpu(bare);
  const added = p50(http) - p50(bare);
  return {
    figures: {
      submissions: TURNS * PER_TURN,
      p50: { http: rounded(p50(http)), bare: rounded(p50(bare)), added: rounded(added) },
      processorMs: { http: rounded(cpu(http)), following: rounded(following), bare: rounded(cpu(bare)) },
      ratio: rounded(ratio),
      ratioWithFollowing: rounded(cpu(http) / cpu(bare)),
    },
    rows: [
      {
        what: 'HTTP submit against bare fabric-gateway: processor',
        reach: '<= 1.3x',
        measured: `${ratio.toFixed(2)}x (${(cpu(http) / cpu(bare)).toFixed(2)}x with following blocks)`,
        met: ratio <= 1.3,
      },
      {
        what: 'HTTP submit against bare fabric-gateway: p50',
        reach: '<= +5 ms',
        measured: `${added >= 0 ? '+' : ''}${added.toFixed(1)} ms on ${p50(bare).toFixed(1)} ms`,
        met: added <= 5,
      },
    ],
  };
}

/** The same transaction, one after the other, by HTTP at a gateway and by a bare client at the same peer. */
export function measureSubmission(options: SpaceOptions = {}): Promise<Measurement> {
  return onStage(async (stage) => {
    const child = await startBare(stage);
    try {
      const { http, bare } = await interleaved(stage, child);
      return judge(http, bare);
    } finally {
      child.disconnect();
    }
  }, options);
}
