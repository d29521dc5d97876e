import * as z from 'zod';
import { json } from '../http/answer.js';
import type { Route } from '../http/route.js';
import type { Ports, ReadinessCheck } from './ports.js';

const livez: Route = {
  method: 'get',
  path: '/livez',
  scope: 'public',
  doc: {
    tag: 'health',
    summary: 'The process runs. Says nothing of the ledger: an outage there must not restart the gateway.',
    responses: { 200: { description: 'It does.', schema: z.strictObject({ status: z.literal('ok') }) } },
  },
  handle: () => Promise.resolve(json(200, { status: 'ok' })),
};

const readinessSchema = z.strictObject({
  status: z.enum(['ready', 'not ready']),
  checks: z.record(z.string(), z.string()),
  lag: z
    .int()
    .min(0)
    .optional()
    .describe('Blocks that our reads are behind the peer; absent when it cannot be asked.'),
  divergences: z
    .string()
    .describe(
      'Transactions that are not what the rules make of them, in words; no reason to send requests elsewhere.',
    ),
  witness: z
    .string()
    .describe('What this gateway signs, and whether others contradict it, in words; no such reason either.'),
});

/**
 * Blocks behind the peer from which on our reads are too old to be served. Under full load a few blocks are on their way at
 * any time; this many are some seconds.
 */
const MAX_LAG = 50;

async function verdictOf(check: ReadinessCheck): Promise<string> {
  try {
    return (await check()) ?? 'ok';
  } catch {
    return 'failed';
  }
}

const lagVerdict = (lag: number | undefined): string => {
  if (lag === undefined) return 'unknown';
  return lag <= MAX_LAG ? 'ok' : `${lag} blocks behind the peer`;
};

async function divergenceWords({ divergences }: Ports): Promise<string> {
  const { corrected, void: refused, standing } = await divergences.counts();
  if (corrected + refused === 0) return 'none';
  return `${corrected} corrected, ${refused} void, ${standing} keys not restored`;
}

async function witnessWords({ checkpoints }: Ports): Promise<string> {
  const { identity, signed, lies, retractions } = await checkpoints.status();
  const signs =
    identity === undefined ? 'signs nothing: none is enrolled' : `signed height ${signed ?? 'none'}`;
  if (lies + retractions === 0) return signs;
  return `${signs}; ${lies} lies, ${retractions} retractions: see /divergences`;
}

/** Words for people: a fault in finding them must not turn a gateway that serves unready. */
const saying = (words: Promise<string>): Promise<string> => words.catch(() => 'unknown');

const readyz = (ports: Ports): Route => ({
  method: 'get',
  path: '/readyz',
  scope: 'public',
  doc: {
    tag: 'health',
    summary: 'Requests may be sent here.',
    responses: {
      200: { description: 'They may.', schema: readinessSchema },
      503: { description: 'They may not now; `checks` says why.', schema: readinessSchema },
    },
  },
  handle: async () => {
    const { readiness, lag: measure } = ports;
    const [lag, divergences, witness, ...verdicts] = await Promise.all([
      measure().catch(() => undefined),
      saying(divergenceWords(ports)),
      saying(witnessWords(ports)),
      ...Object.entries(readiness).map(async ([name, check]) => [name, await verdictOf(check)] as const),
    ]);
    const checks = Object.fromEntries([...verdicts, ['lag', lagVerdict(lag)] as const]);
    const isReady = Object.values(checks).every((verdict) => verdict === 'ok');
    const status = isReady ? 'ready' : 'not ready';
    const words = { divergences, witness };
    const body = { status, checks, ...words, ...(lag !== undefined && { lag }) };
    return json(isReady ? 200 : 503, body);
  },
});

/** Health, for orchestrators and load balancers. */
export const healthRoutes = (ports: Ports): Route[] => [livez, readyz(ports)];
