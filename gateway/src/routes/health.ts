import * as z from 'zod';
import type { Remark } from '../feature/feature.js';
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

const readiness = z.strictObject({
  status: z.enum(['ready', 'not ready']),
  checks: z.record(z.string(), z.string()),
  lag: z
    .int()
    .min(0)
    .optional()
    .describe('Blocks that our reads are behind the peer; absent when it cannot be asked.'),
});

/**
 * Blocks behind the peer from which on our reads are too old to be served. Under full load a few blocks are on their way at
 * any time; this many are some seconds.
 */
const MAX_LAG = 50;

type Remarks = Readonly<Record<string, Remark>>;

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

/** Words for people: a fault in finding them must not turn a gateway that serves unready. */
const saying = async ([name, remark]: [string, Remark], ports: Ports): Promise<[string, string]> => [
  name,
  await remark.words(ports).catch(() => 'unknown'),
];

const remarkSchemas = (remarks: Remarks): Record<string, z.ZodType> =>
  Object.fromEntries(
    Object.entries(remarks).map(([name, { description }]) => [name, z.string().describe(description)]),
  );

const readyz = (ports: Ports, remarks: Remarks, readinessSchema: z.ZodType): Route => ({
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
    const [lag, words, ...verdicts] = await Promise.all([
      ports.lag().catch(() => undefined),
      Promise.all(Object.entries(remarks).map((remark) => saying(remark, ports))),
      ...Object.entries(ports.readiness).map(
        async ([name, check]) => [name, await verdictOf(check)] as const,
      ),
    ]);
    const checks = Object.fromEntries([...verdicts, ['lag', lagVerdict(lag)] as const]);
    const isReady = Object.values(checks).every((verdict) => verdict === 'ok');
    const status = isReady ? 'ready' : 'not ready';
    const body = { status, checks, ...Object.fromEntries(words), ...(lag !== undefined && { lag }) };
    return json(isReady ? 200 : 503, body);
  },
});

/** Health, for orchestrators and load balancers. */
export const healthRoutes = (ports: Ports, remarks: Remarks): Route[] => [
  livez,
  readyz(ports, remarks, readiness.extend(remarkSchemas(remarks))),
];
